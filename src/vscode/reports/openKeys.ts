import * as vscode from 'vscode';
import { Cancelled, UserError } from '../../common/errors';
import type { KeySet } from '../../fingerprint/keySet';
import type { RevealedKeys } from '../../reports/tables/verifyTables';
import type { VerifyReport } from '../../verify/verifyReport';
import { sayResponse } from '../../words/responses';
import type { Services } from '../services';

/** The keys of a report in the clear, for as long as they are on view. */
export interface OpenedKeys {
  readonly all: RevealedKeys;
  /** Spent keys, which can prove nothing more to anybody, so they may be given away. */
  readonly spent: RevealedKeys;
  /**
   * Marks keys as spent, because a file shows them in the clear.
   * @throws UserError as spendKeys.
   */
  readonly spend: (indices: readonly number[], file: string) => Promise<void>;
}

const reveal = 'Reveal Keys';

/**
 * Opens the key set of a report: the one in the workspace with its commitment. Asks for consent once.
 * @throws Cancelled; UserError `no-key-set`, or as KeySecrets.unlock.
 */
export async function openKeys(report: VerifyReport, { index, secrets }: Services): Promise<OpenedKeys> {
  await index.whenReady();
  const found = index.keySets.find(({ header }) => header?.commitment === report.keySet.commitment);
  if (!found)
    throw new UserError(
      'no-key-set',
      'The key set of this report is not in the workspace.',
      'Open the folder that contains its .fpkeys file, then reveal the keys again.',
    );
  const detail =
    'Anyone who sees them can stop a model from answering them. They are shown until this editor is hidden, and they are not saved.';
  const options = { modal: true, detail };
  const question = `Show the keys of ${found.name} in this report?`;
  const chosen = await vscode.window.showWarningMessage(question, options, reveal);
  if (chosen !== reveal) throw new Cancelled();
  const { keySet, passphrase } = await secrets.unlock(found.path);
  return {
    all: listKeys(keySet),
    spent: listKeys(keySet, ({ spent }) => spent),
    spend: async (indices, file) => {
      // Loaded with the code that opens key sets, not when the editor starts.
      const { spendKeys } = await import('../../operations/keySets/spendKeys');
      const why = `shown in the report ${file}`.slice(0, 500);
      await spendKeys({ keys: found.path, which: [...indices], why }, { passphrase });
      await index.refresh();
    },
  };
}

function listKeys(
  { keys }: KeySet,
  isListed: (key: KeySet['keys'][number]) => boolean = () => true,
): RevealedKeys {
  const listed = keys.map((key, index) => ({ key, index })).filter(({ key }) => isListed(key));
  return new Map(
    listed.map(({ key, index }) => [
      index,
      { question: key.text, expected: sayResponse(key.response.text, key.inSentence) },
    ]),
  );
}
