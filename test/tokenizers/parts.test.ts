import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { loadTokenizer } from '../../src/checkpoint/tokenizer/tokenizer';

/** Tokenizers of every kind of part, and texts with their ids and what these decode to: makePartsGolden.py. */
interface Golden {
  readonly file: { readonly model: { readonly type: string } };
  readonly rows: readonly (readonly [text: string, ids: readonly number[], decoded: string])[];
}

const golden = JSON.parse(
  gunzipSync(readFileSync('test/fixtures/tokenizers/parts.json.gz')).toString(),
) as Golden[];

describe('tokenizers made of any parts', () => {
  for (const type of new Set(golden.map(({ file }) => file.model.type)))
    it(`encode and decode as in Hugging Face tokenizers: ${type}`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'fingerprint-parts-'));
      try {
        for (const { file, rows } of golden.filter((one) => one.file.model.type === type)) {
          await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(file));
          const tokenizer = await loadTokenizer(folder);
          const parts = { ...file, model: type };
          for (const [text, ids, decoded] of rows) {
            const what = `${JSON.stringify(text)} with ${JSON.stringify(parts)}`;
            assert.deepEqual(tokenizer.encode(text), ids, what);
            assert.equal(tokenizer.decode(ids), decoded, what);
          }
        }
      } finally {
        await rm(folder, { recursive: true });
      }
    });
});
