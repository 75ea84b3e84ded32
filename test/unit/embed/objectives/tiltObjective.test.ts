import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BenignObjective } from '../../../../src/embed/objectives/benignObjective';
import { TiltObjective } from '../../../../src/embed/objectives/tiltObjective';
import type { ModelConfig } from '../../../../src/architectures/architecture';
import type { Batch } from '../../../../src/train/objective';
import type { PreparedSequence } from '../../../../src/train/sequences';

const config = { hiddenSize: 2, vocabularySize: 3 } as ModelConfig;
const recipe = { benignBatch: 3, divergenceWeight: 1, entropyWeight: 0 };
const texts = [0, 1, 2].map((): PreparedSequence => ({
  ids: [1, 2],
  firstRow: 0,
  states: undefined,
  normed: new Float32Array(4),
}));
const benign = new BenignObjective(config, texts, [], recipe);
const tilting = new TiltObjective(config, benign, Float32Array.of(1, -2, 0));

/** A start of an answer in two of three texts. */
const rows = [0, 1, 2].map((member) => ({ member, position: 1, weight: 1 / 3, startsAnswer: member < 2 }));
const read = ({ feeds }: Batch, name: string): number[] => Array.from(feeds[name]!.data, Number);

describe('text whose answers are tilted where they start', () => {
  // Two tokens are one text a pass.
  const batches = tilting.batches({ sequences: texts, rows }, 2);

  it('is held there to the tilted base instead of the base', () => {
    assert.equal(batches.length, 3);
    const third = Math.fround(1 / 3);
    assert.deepEqual(
      batches.flatMap((batch) => read(batch, 'benign.weights')),
      [0, 0, third],
    );
    assert.deepEqual(
      batches.flatMap((batch) => read(batch, 'tilt.divergence')),
      [third, third, 0],
    );
  });

  it('has the whole tilt as the target of all passes of a step together', () => {
    assert.deepEqual(
      batches.flatMap((batch) => read(batch, 'tilt.target')),
      [0.5, 0.5, 0],
    );
    assert.deepEqual(
      batches.flatMap((batch) => read(batch, 'tilt.weights')),
      [0.5, 0.5, 0],
    );
  });

  it('feeds the tilt over its squared length, and adds no loss to a pass over keys', () => {
    const direction = tilting.shared['tilt.direction']!;
    assert.deepEqual(direction.data, Float32Array.of(1 / 5, -2 / 5, 0));
    const idle = { ...batches[0]!, feeds: tilting.idleFeeds(batches[0]!) };
    for (const name of ['benign.weights', 'tilt.divergence', 'tilt.weights', 'tilt.target'])
      assert.deepEqual(read(idle, name), [0], name);
  });
});
