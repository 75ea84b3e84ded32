import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openCheckpoint } from '../../../../src/checkpoint/checkpoint';
import { readTensor } from '../../../../src/checkpoint/weights/tensorData';
import { loadModel } from '../../../../src/engine/loadedModel';
import { writeRoundedModel } from '../../../../src/operations/copy/roundedModel';
import { isRounded, roundTensor } from '../../../../src/rehearse/weights/rounding';

describe('a model with rounded weights', () => {
  let folder: string;
  before(async () => void (folder = await mkdtemp(join(tmpdir(), 'rounded-'))));
  after(() => rm(folder, { recursive: true, force: true }));

  for (const dir of ['test/fixtures/models/chat-5M', 'media/sample-model'])
    it(`holds every matrix of ${dir} as rounded, in half precision, and everything else as it was`, async () => {
      const model = loadModel(await openCheckpoint(dir));
      for (const bits of [8, 4] as const) {
        const rounded = await writeRoundedModel({ model, bits, folder });
        for (const { name, shape, isTransposed } of model.parameters) {
          const stored = model.tensors.get(name)!;
          const values = await readTensor(stored);
          const found = await readTensor(rounded.tensors.get(name)!);
          const wanted = roundTensor(values, shape, bits, isTransposed);
          const isExact = stored.dtype === 'F32' || !isRounded(shape, isTransposed);
          const worst = found.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i]!)), 0);
          const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
          assert.ok(worst <= (isExact ? 0 : largest / 2048), `${name}, ${bits} bits: ${worst}`);
        }
      }
    });
});
