import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { loadTokenizer, type Tokenizer } from '../../src/checkpoint/tokenizer/tokenizer';

/** Folders whose tokens are spread over several files, and what transformers makes of them: makeSpecialTokensGolden.py. */
interface Golden {
  readonly files: Readonly<Record<string, unknown>>;
  readonly rows: readonly (readonly [text: string, ids: readonly number[]])[];
  readonly chat: string;
}

const golden = JSON.parse(
  gunzipSync(readFileSync('test/fixtures/tokenizers/specialTokens.json.gz')).toString(),
) as Golden[];

async function load(files: Golden['files']): Promise<Tokenizer> {
  const folder = await mkdtemp(join(tmpdir(), 'fingerprint-special-'));
  try {
    for (const [name, content] of Object.entries(files))
      await writeFile(join(folder, name), JSON.stringify(content));
    return await loadTokenizer(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('special tokens in several files', () => {
  const isOlder = ({ files }: Golden): boolean =>
    !('added_tokens_decoder' in (files['tokenizer_config.json'] as object));
  for (const [what, some] of [
    ['with added_tokens_decoder', golden.filter((one) => !isOlder(one))],
    ['of an older checkpoint', golden.filter(isOlder)],
  ] as const)
    it(`count as in transformers, ${what}`, async () => {
      assert.ok(some.length > 50);
      for (const { files, rows, chat } of some) {
        const tokenizer = await load(files);
        const beside = { ...files, 'tokenizer.json': undefined };
        for (const [text, ids] of rows)
          assert.deepEqual(
            tokenizer.encode(text),
            ids,
            `${JSON.stringify(text)} with ${JSON.stringify(beside)}`,
          );
        assert.equal(tokenizer.chat!.render([{ role: 'user', content: 'hi' }], true), chat);
      }
    });
});
