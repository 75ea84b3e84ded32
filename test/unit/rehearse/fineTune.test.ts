import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { onCpu } from '../../../src/contract/devices';
import { openModel } from '../../../src/operations/openModel';
import { readTensor } from '../../../src/checkpoint/weights/tensorData';
import { fineTune } from '../../../src/rehearse/training/fineTune';

const model = 'test/fixtures/models/stories260K';

describe('fine-tuning a copy as a thief does', () => {
  it('moves every weight by a few steps of Adam, in full, and writes a whole model', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fine-tune-'));
    try {
      const marked = await openModel(model);
      const texts = Array.from({ length: 4 }, (_, i) => [1, 20 + i, 300, 41, 17 + i, 290, 33]);
      const shares: number[] = [];
      const loot = { base: marked, marked, other: marked, texts, placement: onCpu, seed: new Uint8Array(32) };
      const out = join(folder, 'tuned');
      const settings = { learningRate: 1e-4, trained: 'full' as const };
      await fineTune(loot, settings, out, { report: () => undefined }, (share) => shares.push(share));
      // 500 texts in batches of 8.
      assert.equal(shares.length, 63);
      assert.equal(shares.at(-1), 1);
      const tuned = await openModel(out);
      for (const { name } of marked.loaded.parameters) {
        const [before, after] = await Promise.all(
          [marked, tuned].map(({ loaded }) => readTensor(loaded.tensors.get(name)!)),
        );
        const moves = after!.map((value, i) => Math.abs(value - before![i]!));
        const most = Math.max(...moves);
        // Each step of Adam moves a weight by about the rate.
        assert.ok(most > 1e-4 && most < 63 * 2e-4, `${name}: ${most}`);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('leaves the copy as it is where the thief has no texts', async () => {
    const marked = await openModel(model);
    const loot = {
      base: marked,
      marked,
      other: marked,
      texts: [],
      placement: onCpu,
      seed: new Uint8Array(32),
    };
    const settings = { learningRate: 1e-4, trained: 'low-rank' as const };
    const folder = await mkdtemp(join(tmpdir(), 'fine-tune-'));
    try {
      await fineTune(loot, settings, join(folder, 'same'), { report: () => undefined }, () => undefined);
      const same = await openModel(join(folder, 'same'));
      const [first] = marked.loaded.parameters;
      assert.deepEqual(
        await readTensor(same.loaded.tensors.get(first!.name)!),
        await readTensor(marked.loaded.tensors.get(first!.name)!),
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
