import assert from 'node:assert/strict';
import { copyFile, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openCheckpoint, type Checkpoint } from '../../../src/checkpoint/checkpoint';
import { readTensorBytes } from '../../../src/checkpoint/weights/tensorData';
import { askOnce } from './askOnce';
import { inFolder } from './folders';
import { hole, writeLaidOut, type LaidOut } from './laidOut';

const small = 'test/fixtures/architectures/llama';
const gibibyte = 2 ** 30;

/**
 * The small model with its tensors in three parts of one file: at its beginning, beyond 2 GiB and beyond 4 GiB. Between them
 * lie tensors that no formula asks for, which are holes in the file.
 */
async function spreadOut(source: Checkpoint, dir: string): Promise<void> {
  const tensors: LaidOut[] = [];
  for (const info of source.tensors.values()) tensors.push({ ...info, bytes: await readTensorBytes(info) });
  const third = Math.ceil(tensors.length / 3);
  await mkdir(dir);
  await copyFile(join(source.dir, 'config.json'), join(dir, 'config.json'));
  await writeLaidOut(join(dir, 'model.safetensors'), [
    ...tensors.slice(0, third),
    hole('unused.0', 2 * gibibyte),
    ...tensors.slice(third, 2 * third),
    hole('unused.1', 2 * gibibyte),
    ...tensors.slice(2 * third),
  ]);
}

describe('a weight file of more than 4 GiB', () => {
  it('gives every tensor and the same logits, wherever in it the tensors lie', () =>
    inFolder(async (folder) => {
      const dir = join(folder, 'large');
      const source = await openCheckpoint(small);
      await spreadOut(source, dir);
      assert.ok((await stat(join(dir, 'model.safetensors'))).size > 4 * gibibyte);
      const large = await openCheckpoint(dir);
      const offsets = [...source.tensors.keys()].map((name) => large.tensors.get(name)!.offset);
      for (const bound of [0, 2 * gibibyte, 4 * gibibyte])
        assert.ok(offsets.filter((offset) => offset > bound && offset < bound + gibibyte).length >= 5);
      for (const [name, info] of source.tensors)
        assert.ok(
          Buffer.compare(await readTensorBytes(info), await readTensorBytes(large.tensors.get(name)!)) === 0,
          name,
        );
      assert.deepEqual(await askOnce(large), await askOnce(source));
    }));
});
