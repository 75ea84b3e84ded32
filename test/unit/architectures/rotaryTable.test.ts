import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readRotaryTable } from '../../../src/architectures/rotaryTable';

/** The scaling of Llama 3.1 8B as published; its heads have 128 values. */
const llama31 = {
  rope_type: 'llama3',
  factor: 8,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 8192,
};

/** The rule as transformers' modeling_rope_utils writes it, by wavelengths, in plain arithmetic. */
function scaleByWavelength(theta: number, index: number, size: number): number {
  const frequency = 1 / theta ** ((2 * index) / size);
  const wavelength = (2 * Math.PI) / frequency;
  if (wavelength < 8192 / 4) return frequency;
  if (wavelength > 8192 / 1) return frequency / 8;
  const smooth = (8192 / wavelength - 1) / (4 - 1);
  return ((1 - smooth) * frequency) / 8 + smooth * frequency;
}

function assertClose(found: readonly number[], expected: readonly number[]): void {
  assert.equal(found.length, expected.length);
  expected.forEach((value, i) => assert.ok(Math.abs(found[i]! / value - 1) < 1e-9, `[${i}]`));
}

describe('the frequencies of rotary positions', () => {
  it('fall from 1 by powers of theta', () => {
    assertClose(readRotaryTable({}, 4).frequencies, [1, 1e-2]);
    assertClose(readRotaryTable({ rope_theta: 1e6 }, 6).frequencies, [1, 1e-2, 1e-4]);
  });

  it('are divided by the factor of linear scaling, in the old and the new style', () => {
    const expected = [0.25, 0.0025];
    const old = readRotaryTable({ rope_theta: 1e4, rope_scaling: { type: 'linear', factor: 4 } }, 4);
    const parameters = { rope_type: 'linear', factor: 4, rope_theta: 1e4 };
    assertClose(old.frequencies, expected);
    assertClose(readRotaryTable({ rope_parameters: parameters }, 4).frequencies, expected);
  });

  it('are those of Llama 3.1: short wavelengths kept, long ones stretched, those between blended', () => {
    const { frequencies } = readRotaryTable({ rope_theta: 500_000, rope_scaling: llama31 }, 128);
    const expected = Array.from({ length: 64 }, (_, i) => scaleByWavelength(500_000, i, 128));
    assertClose(frequencies, expected);
    // By hand: 500000^(−126/128) / 8 at the end, and the bounds 2048 and 8192 lie between 28 and 29 and between 34 and 35.
    assert.ok(Math.abs(frequencies[63]! / 3.0689e-7 - 1) < 1e-3);
    const unscaled = readRotaryTable({ rope_theta: 500_000 }, 128).frequencies;
    const kinds = frequencies.map((value, i) => {
      const ratio = unscaled[i]! / value;
      if (ratio < 1 + 1e-9) return 'kept';
      return ratio > 8 - 1e-9 ? 'stretched' : 'blended';
    });
    assert.deepEqual([kinds.indexOf('blended'), kinds.indexOf('stretched')], [29, 35]);
  });

  it('are refused where the formula is not known or incomplete', () => {
    for (const rope_type of ['yarn', 'dynamic', 'longrope', 'su'])
      assert.throws(() => readRotaryTable({ rope_scaling: { rope_type } }, 4), {
        reason: 'unsupported-config',
        message: new RegExp(`"${rope_type}"`),
      });
    for (const missing of ['factor', 'low_freq_factor', 'high_freq_factor'])
      assert.throws(() => readRotaryTable({ rope_scaling: { ...llama31, [missing]: undefined } }, 4), {
        reason: 'unsupported-config',
        message: new RegExp(`"${missing}"`),
      });
  });
});
