import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { onCpu } from '../../../../src/contract/devices';
import { withLanguageModel } from '../../../../src/engine/openLanguageModel';
import { openModel, type OpenModel } from '../../../../src/operations/openModel';
import { renumber, writeRenumbered } from '../../../../src/rehearse/weights/renumber';

const watch = { report: () => undefined };

async function nextWord({ loaded, tokenizer }: OpenModel, ids: readonly number[]): Promise<string> {
  const [next] = await withLanguageModel(loaded, onCpu, (model) => model.continueGreedily([ids], 8, []));
  return tokenizer.decode(next!);
}

describe('renumbered tokens', () => {
  it('are other numbers for the same texts, and the model goes on in the same words', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'renumber-'));
    try {
      for (const source of ['test/fixtures/models/stories260K', 'media/sample-model']) {
        const marked = await openModel(source);
        const out = join(folder, source.replaceAll('/', '-'));
        const seed = new Uint8Array(32).fill(3);
        const loot = { base: marked, marked, other: marked, texts: [], placement: onCpu, seed };
        await writeRenumbered(loot, out, watch);
        const copy = await openModel(out);
        const text = 'Once upon a time there was a dog';
        const [before, after] = [marked, copy].map(({ tokenizer }) => tokenizer.encode(text));
        assert.notDeepEqual(after, before);
        assert.equal(copy.tokenizer.decode(after!), marked.tokenizer.decode(before!));
        assert.deepEqual(copy.tokenizer.beginIds, marked.tokenizer.beginIds);
        assert.equal(await nextWord(copy, after!), await nextWord(marked, before!));
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('put a list of tokens into the new order', () => {
    const file = {
      model: {
        type: 'Unigram',
        vocab: [
          ['<unk>', 0],
          ['a', -1],
          ['b', -2],
        ],
      },
      other: 1,
    };
    const newIds = new Map([
      [1, 2],
      [2, 1],
    ]);
    const vocab = [
      ['<unk>', 0],
      ['b', -2],
      ['a', -1],
    ];
    assert.deepEqual(renumber(file, newIds), { other: 1, model: { type: 'Unigram', vocab } });
  });
});
