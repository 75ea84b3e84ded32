import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { openCheckpoint } from '../../../src/checkpoint/checkpoint';
import { batchBytes } from '../../../src/engine/batches';
import { heaviestPart, planGroups, requireGroups, residentBytes } from '../../../src/engine/layerGroups';
import { loadModel, type LoadedModel } from '../../../src/engine/loadedModel';
import { onCpu, type Placement } from '../../../src/contract/devices';

describe('groups of layers', () => {
  let model: LoadedModel;
  before(async () => void (model = loadModel(await openCheckpoint('test/fixtures/models/chat-5M'))));

  /** A processor whose memory holds so many bytes of weights besides a batch. */
  const withRoom = (bytes: number): Placement => ({
    ...onCpu,
    memoryBytes: batchBytes(model.parameters) + bytes,
  });

  it('are one where everything fits', () => {
    const all = [{ first: 0, end: 6, isBottom: true, isTop: true }];
    assert.deepEqual(planGroups(model, onCpu), all);
    assert.deepEqual(planGroups(model, withRoom(residentBytes(model, onCpu))), all);
  });

  it('follow each other from the embedding to the output matrix where little fits', () => {
    const groups = planGroups(model, withRoom(heaviestPart(model, onCpu)))!;
    assert.ok(groups.length > 2, String(groups.length));
    assert.deepEqual(
      groups.map(({ first }) => first),
      [0, ...groups.slice(0, -1).map(({ end }) => end)],
    );
    assert.equal(groups.at(-1)!.end, 6);
    assert.deepEqual(
      groups.map(({ isBottom }) => isBottom),
      groups.map((_, index) => index === 0),
    );
    assert.deepEqual(
      groups.map(({ isTop }) => isTop),
      groups.map((_, index) => index === groups.length - 1),
    );
  });

  it('begin at the requested layer', () => {
    const options = { from: 3, passBytes: 0 };
    const memoryBytes = heaviestPart(model, onCpu, options);
    const groups = planGroups(model, { ...onCpu, memoryBytes }, options)!;
    assert.equal(groups[0]!.first, 3);
    assert.ok(groups.length > 1);
  });

  it('do not exist where the heaviest part does not fit', () => {
    const tooSmall = withRoom(heaviestPart(model, onCpu) - 1);
    assert.equal(planGroups(model, tooSmall), undefined);
    assert.throws(() => requireGroups(model, tooSmall), /largest layer of this model needs .* can be used/);
  });

  it('weigh half in half precision, and nothing where a float32 file is mapped', async () => {
    const onCard: Placement = { ...onCpu, device: 'webgpu' };
    const half: Placement = { ...onCard, precision: 'half' };
    assert.equal(residentBytes(model, half) * 2, residentBytes(model, onCard));
    const stored = loadModel(await openCheckpoint('media/sample-model'));
    assert.equal(residentBytes(stored, onCpu), 0);
  });
});
