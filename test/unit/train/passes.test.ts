import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { openCheckpoint } from '../../../src/checkpoint/checkpoint';
import { loadModel, type LoadedModel } from '../../../src/engine/loadedModel';
import { tokensPerBatch } from '../../../src/engine/batches';
import { bytesOfToken, cutSequences, groupAlike, rowsOfStep, tokensPerPass } from '../../../src/train/passes';
import type { PreparedSequence } from '../../../src/train/sequences';
import { lowestTrainedLayer } from '../../../src/train/update/trainedParameters';

const lengths = [9, 4, 7, 5, 30, 6];
const lengthOf = (index: number): number => lengths[index]!;
const text = (length: number): PreparedSequence => ({
  ids: Array.from({ length }, (_, i) => i),
  firstRow: 0,
  states: undefined,
  normed: new Float32Array(0),
});

describe('the passes of a step', () => {
  let model: LoadedModel;
  before(async () => void (model = loadModel(await openCheckpoint('test/fixtures/models/chat-5M'))));

  it('take sequences of similar length together, the shortest first, within the tokens of a pass', () => {
    assert.deepEqual(groupAlike([0, 1, 2, 3, 4, 5], lengthOf, 20), [[1, 3, 5], [2, 0], [4]]);
    assert.deepEqual(groupAlike([], lengthOf, 20), []);
  });

  it('are planned for more matrices than one call takes arguments', () => {
    const matrix = (shape: number[]): LoadedModel['parameters'][number] => ({
      ...model.parameters.find(({ role }) => role === 'mlp')!,
      shape,
    });
    const parameters = Array.from({ length: 200_000 }, (_, i) => matrix([8, i === 100_000 ? 5000 : 8]));
    const few = { ...model, parameters: [matrix([8, 8]), matrix([8, 5000])] };
    assert.equal(bytesOfToken({ ...model, parameters }), bytesOfToken(few));
    assert.ok(tokensPerBatch({ ...model, parameters }) > 0);
    const trained = new Map([['any', { kind: 'whole' } as const]]);
    const all = parameters.map((parameter, i) => ({ ...parameter, name: 'any', layer: i === 7 ? 2 : 5 }));
    assert.equal(lowestTrainedLayer({ ...model, parameters: all }, trained), 2);
  });

  it('take text in order, with its rows', () => {
    const texts = [text(6), text(6), text(4)];
    const places = [
      { member: 0, position: 5 },
      { member: 1, position: 2 },
      { member: 2, position: 3 },
    ];
    const parts = cutSequences(texts, places, 12);
    assert.deepEqual(
      parts.map(({ sequences, rows: own }) => [sequences, own]),
      [
        [[texts[0], texts[1]], places.slice(0, 2)],
        [[texts[2]], [{ member: 0, position: 3 }]],
      ],
    );
  });

  it('hold fewer tokens where more layers are trained', () => {
    const upper = tokensPerPass(model, 3);
    const all = tokensPerPass(model, undefined);
    assert.ok(Math.abs(upper - 2 * all) <= 2, `${upper} and ${all}`);
    assert.equal(upper, Math.floor((640 * 2 ** 20) / (3 * bytesOfToken(model))));
  });

  it('compare as many rows as keep the logits to 32 MB, and sixteen of the largest vocabulary', () => {
    assert.deepEqual([4096, 128_256, 1_000_000].map(rowsOfStep), [2048, 65, 16]);
  });
});
