import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeTilt, type TiltOptions } from '../../../../src/embed/tilt/makeTilt';
import type { PreparedSequence } from '../../../../src/train/sequences';

const hiddenSize = 4;
/** Token 7 stands before every response. */
const text = (member: number): PreparedSequence => ({
  ids: [1, 2, 7, 3],
  firstRow: 0,
  states: undefined,
  normed: Float32Array.from({ length: 4 * hiddenSize }, (_, i) => {
    const [position, column] = [Math.floor(i / hiddenSize), i % hiddenSize];
    return column === position ? 2 + (member % 3) / 10 : 0.1 * Math.sin(i + member);
  }),
});
const key = (first: number): TiltOptions['keys'][number] => ({
  sequence: { ...text(0), ids: [first, 7] },
  response: [5],
  goal: { floor: 1, laterFloor: 1, ceiling: 2 },
});
const options = {
  model: {
    architecture: { tiedNames: ['embedding', 'output'] },
    config: { hiddenSize, vocabularySize: 9, tied: false },
  } as unknown as TiltOptions['model'],
  recipe: { tilt: 3 },
  keys: [key(4), key(6)],
  benign: Array.from({ length: 6 }, (_, member) => text(member)),
  draws: [
    { candidates: [5, 6, 8], drawn: 0 },
    { candidates: [5, 8], drawn: 1 },
  ],
  seed: new Uint8Array(32),
};

describe('a tilt', () => {
  it('lifts drawn words above the others of their lists, where answers start', () => {
    const { name, down, up } = makeTilt(options)!;
    assert.equal(name, 'output');
    assert.ok(up[8]! > up[6]!);
    assert.ok([0, 1, 2, 3, 4, 7].every((word) => up[word] === 0));
    const lift = (position: number): number =>
      down.reduce((sum, value, i) => sum + value * text(1).normed[position * hiddenSize + i]!, 0);
    assert.ok(Math.abs(lift(2) - 1) < 0.1);
    assert.ok([0, 1, 3].every((position) => Math.abs(lift(position)) < 0.2));
  });

  it('changes the embedding matrix where that is the output matrix', () => {
    const { architecture, config } = options.model;
    const tied = { architecture, config: { ...config, tied: true } };
    assert.equal(makeTilt({ ...options, model: tied })!.name, 'embedding');
  });

  it('grows with the recipe, and is the same for the same seed', () => {
    const [once, twice] = [makeTilt(options)!, makeTilt({ ...options, recipe: { tilt: 6 } })!];
    assert.deepEqual(makeTilt(options), once);
    assert.deepEqual(twice.down, once.down);
    once.up.forEach((value, i) => assert.ok(Math.abs(twice.up[i]! - 2 * value) < 1e-5));
  });

  it('is none where the recipe asks for none, or no text has the start of an answer', () => {
    assert.equal(makeTilt({ ...options, recipe: { tilt: 0 } }), undefined);
    assert.equal(makeTilt({ ...options, benign: [{ ...text(0), ids: [1, 2, 3, 4] }] }), undefined);
    assert.equal(makeTilt({ ...options, benign: [] }), undefined);
  });
});
