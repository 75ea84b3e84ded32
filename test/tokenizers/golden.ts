import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { loadTokenizer, type Tokenizer } from '../../src/checkpoint/tokenizer/tokenizer';

const fixtureFolder = 'test/fixtures/tokenizers';

/** The published tokenizers whose files are kept there. */
export const families = ['gpt2', 'gpt-neox', 'mistral-v0.1', 'phi-3', 'smollm', 'qwen3'] as const;

/** What Hugging Face tokenizers and transformers say of one tokenizer: makeTokenizerGolden.py. */
export interface Golden {
  /** The texts of the added tokens, in the order of their ids. */
  readonly added: readonly string[];
  readonly idCount: number;
  readonly begin: readonly number[];
  /** Digests (base64, three bytes each) of the ids of every string, joined by commas. */
  readonly encoded: string;
  /** Digests of the text those ids decode to. */
  readonly decoded: string;
  /** All ids of the first strings. */
  readonly whole: readonly (readonly number[])[];
  /** A digest for each hundred tokens, decoded one by one, joined by line ends. */
  readonly eachDecoded: string;
  /** Digests of the lists of ids no text gives, decoded. */
  readonly listsDecoded: string;
  /** For each template file: every conversation with and without an opened answer; null where it is refused. */
  readonly chats: Readonly<Record<string, readonly ({ text: string; ids: readonly number[] } | null)[]>>;
  /** Behind each text a bit for every id, set where it comes out again when its text is encoded behind it. */
  readonly places: readonly { readonly place: string; readonly survivors: string }[];
}

export function readGolden(name: string): Golden {
  return JSON.parse(
    gunzipSync(readFileSync(join(fixtureFolder, name, 'golden.json.gz'))).toString(),
  ) as Golden;
}

/** Unpacks a tokenizer into a folder of its own for as long as it takes to load it. */
export async function loadPacked(name: string, template?: string): Promise<Tokenizer> {
  const folder = await mkdtemp(join(tmpdir(), 'fingerprint-tokenizer-'));
  try {
    const packed = readFileSync(join(fixtureFolder, name, 'tokenizer.json.br'));
    await writeFile(join(folder, 'tokenizer.json'), brotliDecompressSync(packed));
    for (const file of await readdir(join(fixtureFolder, name)))
      if (/^(tokenizer_config\.json|chat_template\.jinja)$/.test(file))
        await copyFile(join(fixtureFolder, name, file), join(folder, file));
    if (template !== undefined)
      await copyFile(join(fixtureFolder, name, template), join(folder, 'chat_template.jinja'));
    return await loadTokenizer(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Whether a digest of a golden file, at its index, is that of a text. */
export function createDigests(packed: string): (index: number, text: string) => boolean {
  const expected = Buffer.from(packed, 'base64');
  return (index, text) => {
    const start = index * 3;
    const digest = createHash('sha256').update(text).digest().subarray(0, 3);
    return digest.equals(expected.subarray(start, start + 3));
  };
}
