import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readRotaryTable, rotarySchema, type RotaryTable } from '../../../src/architectures/rotaryTable';

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

  it('follow Llama 3.1: short wavelengths kept, long ones stretched, those between blended', () => {
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

  const lengths = { rope_theta: 1e4, max_position_embeddings: 128 };
  /** What `scaling` gives for heads of 16 values, checked against values computed by transformers 5.18. */
  const check = (scaling: object, expected: { frequencies: number[]; magnitude: number }): RotaryTable => {
    const table = readRotaryTable(rotarySchema.parse({ ...lengths, rope_scaling: scaling }), 16);
    assert.ok(table.frequencies.every((value, i) => Math.abs(value / expected.frequencies[i]! - 1) < 1e-6));
    assert.ok(Math.abs(table.magnitude - expected.magnitude) < 1e-9);
    return table;
  };

  it('follow YaRN, with every form of its magnitude', () => {
    const yarn = { rope_type: 'yarn', factor: 4, original_max_position_embeddings: 32 };
    const slow = [0.00790569466, 0.0025, 0.000790569466, 0.00025, 7.90569466e-5];
    const frequencies = [1, 0.197642356, 0.025, ...slow];
    check(yarn, { frequencies, magnitude: 1.138629436111989 });
    check({ ...yarn, factor: undefined }, { frequencies, magnitude: 1.138629436111989 });
    check({ ...yarn, attention_factor: 1.25 }, { frequencies, magnitude: 1.25 });
    const changed = { beta_fast: 4, beta_slow: 0.5, truncate: false, mscale: 0.7, mscale_all_dim: 1.1 };
    check(
      { ...yarn, ...changed },
      { frequencies: [1, 0.212468684, 0.0256643984, ...slow], magnitude: 0.9518853439550599 },
    );
  });

  const short_factor = [1, 1, 1.1, 1.1, 1.2, 1.2, 1.3, 1.5];
  const longrope = {
    rope_type: 'longrope',
    original_max_position_embeddings: 32,
    short_factor,
    long_factor: [1, 2, 3, 4, 5, 6, 7, 8],
  };

  it('follow LongRoPE, for short and long texts', () => {
    const short = [
      1, 0.316227764, 0.0909090936, 0.0287479796, 0.00833333284, 0.00263523124, 0.00076923077, 0.000210818514,
    ];
    const long = [
      1, 0.158113882, 0.0333333351, 0.00790569466, 0.00200000009, 0.00052704633, 0.000142857141,
      3.95284733e-5,
    ];
    const table = check(longrope, { frequencies: short, magnitude: 1.1832159566199232 });
    assert.equal(table.long!.above, 32);
    assert.ok(table.long!.frequencies.every((value, i) => Math.abs(value / long[i]! - 1) < 1e-6));
    check({ ...longrope, factor: 2 }, { frequencies: short, magnitude: 1.0954451150103321 });
    check({ ...longrope, attention_factor: 1.5 }, { frequencies: short, magnitude: 1.5 });
    // Phi-3's configs give the original length outside the scaling, and the older ones another name.
    const outside = {
      ...lengths,
      original_max_position_embeddings: 64,
      rope_scaling: { ...longrope, type: 'su' },
    };
    assert.equal(readRotaryTable({ ...outside }, 16).long!.above, 64);
  });

  it('do not change with dynamic scaling within the trained length', () => {
    const plain = readRotaryTable(lengths, 16).frequencies;
    check({ type: 'dynamic', factor: 4 }, { frequencies: [...plain], magnitude: 1 });
  });

  it('are refused where the formula is unknown or incomplete', () => {
    for (const rope_type of ['mrope', 'proportional', 'toString'])
      assert.throws(() => readRotaryTable({ rope_scaling: { rope_type } }, 4), {
        reason: 'unsupported-config',
        message: new RegExp(`"${rope_type}"`),
        next: /default, linear, dynamic, llama3, yarn, longrope/,
      });
    for (const missing of ['factor', 'low_freq_factor', 'high_freq_factor'])
      assert.throws(() => readRotaryTable({ rope_scaling: { ...llama31, [missing]: undefined } }, 4), {
        reason: 'unsupported-config',
        message: new RegExp(`"${missing}"`),
      });
    for (const [key, value] of Object.entries({ long_factor: undefined, short_factor: [1, 2] }))
      assert.throws(() => readRotaryTable({ ...lengths, rope_scaling: { ...longrope, [key]: value } }, 16), {
        reason: 'unsupported-config',
        message: new RegExp(`"${key}"`),
      });
  });
});
