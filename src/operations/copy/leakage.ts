import type { Leakage } from '../../contract/compared/leakage';
import type { Secrets } from '../../contract/declaration';
import type { Watch } from '../../contract/events';
import { UserError } from '../../common/errors';
import { deriveKey, RandomStream } from '../../common/random';
import { digestTokenizer } from '../../checkpoint/identity';
import { measureLeakage } from '../../drift/leakage';
import { makeNearMisses } from '../../drift/nearMisses';
import type { LanguageModel } from '../../engine/languageModel';
import { createKeyForm } from '../../fingerprint/keyForm';
import { readKeyFile } from '../../fingerprint/keyFile/keyFile';
import type { KeySet } from '../../fingerprint/keySet';
import { requirePassphrase } from '../keySets/passphrase';
import type { OpenModel } from '../openModel';

/**
 * The key set of a base; undefined where none is given.
 * @throws UserError as readKeyFile; `no-passphrase`; `wrong-base` where it was made for a model with other tokens.
 */
export async function readKeysOf(
  base: OpenModel,
  path: string | undefined,
  secrets: Secrets,
): Promise<KeySet | undefined> {
  if (path === undefined) return undefined;
  const keySet = await readKeyFile(path, requirePassphrase(secrets));
  if ((await digestTokenizer(base.checkpoint.dir)) === keySet.base.tokenizerDigest) return keySet;
  throw new UserError(
    'wrong-base',
    `The key set was made for ${keySet.base.name}, which has a tokenizer other than that of ${base.checkpoint.dir}.`,
    'Give the base that the key set was made for.',
  );
}

/** What the marked model shows without its keys. Which words are changed follows from the key set. */
export function askForLeaks(
  models: { readonly base: LanguageModel; readonly marked: LanguageModel },
  { tokenizer }: OpenModel,
  keySet: KeySet,
  watch: Watch,
): Promise<Leakage> {
  const random = new RandomStream(deriveKey(Buffer.from(keySet.commitment, 'hex'), 'drift/near-misses'));
  return measureLeakage(
    {
      ...models,
      keys: keySet.keys.map(({ ids, response }) => ({ ids, responseIds: response.ids })),
      nearMisses: makeNearMisses(
        keySet.keys.map(({ text }) => text),
        createKeyForm(tokenizer),
        random,
      ),
      neutralPrompts: keySet.neutralPrompts.map(({ ids }) => ids),
      stopIds: tokenizer.endIds,
    },
    watch,
  );
}
