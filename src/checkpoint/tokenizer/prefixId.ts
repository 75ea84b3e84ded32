import { resolve } from 'node:path';
import { gatherTokens } from './specialTokens';
import { readTokenizerConfig } from './tokenizerConfig';
import { readTokenizerJson } from './tokenizerJson';

/**
 * The token that lm-evaluation-harness puts before a text without a context: the one that begins texts or, where the
 * checkpoint names none, the one that ends them. Undefined where it names neither.
 * @throws UserError as loadTokenizer.
 */
export async function readPrefixId(dir: string): Promise<number | undefined> {
  const root = resolve(dir);
  const { texts, named } = gatherTokens(await readTokenizerJson(root), await readTokenizerConfig(root));
  const name = named.get('bos_token') ?? named.get('eos_token');
  return [...texts].find(([, text]) => text === name)?.[0];
}
