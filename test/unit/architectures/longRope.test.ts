import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openCheckpoint } from '../../../src/checkpoint/checkpoint';
import { argmax } from '../../../src/engine/argmax';
import type { LanguageModel } from '../../../src/engine/languageModel';
import { loadModel } from '../../../src/engine/loadedModel';
import { openLanguageModel } from '../../../src/engine/openLanguageModel';
import { onCpu } from '../../../src/contract/devices';

const source = 'test/fixtures/architectures/phi3';
const above = 12;
const text = Array.from({ length: 20 }, (_, i) => 20 + ((i * 37) % 200));

describe('predictions of a model whose positions turn differently in long texts', () => {
  let folder: string;
  let model: LanguageModel;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'long-rope-'));
    await cp(source, folder, { recursive: true });
    const config = JSON.parse(await readFile(join(source, 'config.json'), 'utf8')) as object;
    const rope_scaling = {
      type: 'longrope',
      short_factor: [1, 1, 1, 1, 1, 1, 1, 1],
      long_factor: [2, 3, 4, 5, 6, 7, 8, 9],
    };
    const changed = { ...config, original_max_position_embeddings: above, rope_scaling };
    await writeFile(join(folder, 'config.json'), JSON.stringify(changed));
    model = await openLanguageModel(loadModel(await openCheckpoint(folder)), onCpu);
  });
  after(async () => {
    await model.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** The logits after each text, asked side by side. */
  const logitsAfter = async (texts: readonly (readonly number[])[]): Promise<Float32Array[]> => {
    const found: Float32Array[] = [];
    const rows = texts.map((ids) => ({ ids, positions: [ids.length - 1] }));
    await model.visitRows(rows, ({ sequence, logits }) => (found[sequence] = logits.slice()));
    return found;
  };
  const isSame = (left: Float32Array, right: Float32Array): boolean =>
    left.every((value, i) => Math.abs(value - right[i]!) < 1e-4);

  it('stay the same for a short text asked beside a long one', async () => {
    const texts = [text.slice(0, 5), text, text.slice(0, above), text.slice(0, above + 1)];
    const together = await logitsAfter(texts);
    for (const [i, ids] of texts.entries()) assert.ok(isSame(together[i]!, (await logitsAfter([ids]))[0]!));
  });

  it('stay the same when a text grows past that length token by token', async () => {
    const prompt = text.slice(0, above - 4);
    const [continued] = await model.continueGreedily([prompt], 9, []);
    const grown = [...prompt];
    for (let i = 0; i < 9; i++) grown.push(argmax((await logitsAfter([grown]))[0]!));
    assert.deepEqual(continued, grown.slice(prompt.length));
  });
});
