import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { openCheckpoint } from '../../../../src/checkpoint/checkpoint';
import { readMemory } from '../../../../src/common/memory';
import { choosePlacement, namePlacement } from '../../../../src/engine/devices/choosePlacement';
import { loadModel, type LoadedModel } from '../../../../src/engine/loadedModel';
import { onCpu } from '../../../../src/contract/devices';

describe('choosing where and how a model runs', () => {
  let model: LoadedModel;
  before(async () => void (model = loadModel(await openCheckpoint('test/fixtures/models/chat-5M'))));

  it('leaves the processor in single precision, though the weights are stored in half', async () => {
    const { placement, reason } = await choosePlacement({ device: 'cpu' }, model);
    assert.equal(placement.precision, 'single');
    assert.equal(reason, 'CPU, as requested.');
  });

  it('leaves a tenth of the free memory to other programs', async () => {
    const { placement } = await choosePlacement({ device: 'cpu' }, model);
    const { totalBytes } = readMemory();
    assert.ok(placement.memoryBytes > 0 && placement.memoryBytes <= 0.9 * totalBytes);
  });

  it('takes the requested placement', async () => {
    const wish = { device: 'cpu', precision: 'half', memoryBytes: 5e6 } as const;
    const { placement } = await choosePlacement(wish, model);
    assert.deepEqual(placement, { device: 'cpu', precision: 'half', memoryBytes: 5e6 });
  });

  it('is named in reports', () => {
    assert.equal(namePlacement({ ...onCpu, device: 'cuda' }), 'cuda');
    assert.equal(
      namePlacement({ ...onCpu, device: 'webgpu', precision: 'half' }),
      'webgpu in half precision',
    );
  });
});
