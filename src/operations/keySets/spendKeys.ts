import { UserError } from '../../common/errors';
import type { RequestOf, ResultOf, Secrets } from '../../contract/declaration';
import type { spendKeys as declaration } from '../../contract/declarations/spendKeys';
import { changeKeyFile } from '../../fingerprint/keyFile/changeKeyFile';
import { countSpent, markSpent, type KeySet } from '../../fingerprint/keySet';
import { formatCounted } from '../../words/numbers';
import { requirePassphrase } from './passphrase';

/**
 * Marks keys of a key set as spent, with a note that says why. No commitment covers either.
 * @throws UserError `no-such-key`, and as changeKeyFile.
 */
export async function spendKeys(
  { keys, which, why }: RequestOf<typeof declaration>,
  secrets: Secrets,
): Promise<ResultOf<typeof declaration>> {
  const passphrase = requirePassphrase(secrets);
  const at = new Date().toISOString();
  let [before, after]: (KeySet | undefined)[] = [];
  await changeKeyFile(keys, {
    passphrase,
    change: (keySet) => {
      const indices = which === 'all' ? keySet.keys.map((_, index) => index) : which;
      assertInside(indices, keySet);
      before = keySet;
      return (after = markSpent(keySet, indices, { at, why: why.trim() }));
    },
  });
  const spent = countSpent(after!);
  return { keys, marked: spent - countSpent(before!), spent, count: after!.keys.length };
}

function assertInside(indices: readonly number[], { keys }: KeySet): void {
  const outside = indices.find((index) => index >= keys.length);
  if (outside === undefined) return;
  throw new UserError(
    'no-such-key',
    `There is no key ${outside + 1}: the set has ${formatCounted(keys.length, 'key')}.`,
    `Give numbers from 1 to ${keys.length}, as "keys show" lists them.`,
  );
}
