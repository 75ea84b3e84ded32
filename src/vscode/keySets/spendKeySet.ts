import { basename } from 'node:path';
import * as vscode from 'vscode';
import { Cancelled } from '../../common/errors';
import { spendKeys } from '../../operations/keySets/spendKeys';
import { formatCounted, formatOf } from '../../words/numbers';
import { typeText } from '../commands/dialog';
import type { Services } from '../services';

const longestReason = 500;

/**
 * Marks keys of a set as spent: which, and who saw them.
 * @throws Cancelled; UserError as spendKeys.
 */
export async function spendKeySet({ secrets, index }: Services, keys: string): Promise<void> {
  const { keySet, passphrase } = await secrets.unlock(keys);
  const title = `Mark Keys of ${basename(keys)} as Spent`;
  const open = keySet.keys.flatMap(({ spent }, at) => (spent ? [] : [at]));
  if (open.length === 0) {
    void vscode.window.showInformationMessage(`All keys of ${basename(keys)} are spent already.`);
    return;
  }
  // Numbers and not texts: the list must not show what is secret.
  const items = open.map((at) => ({ label: `Key ${at + 1}`, at, picked: true }));
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: 'Which keys has somebody else seen?',
    canPickMany: true,
    ignoreFocusOut: true,
  });
  if (chosen === undefined || chosen.length === 0) throw new Cancelled();
  const why = await typeText(
    { title, step: 1, totalSteps: 1 },
    {
      prompt: 'Who saw them? A note for yourself, which the key file keeps encrypted.',
      value: '',
      findFault: (text) =>
        text.trim() === ''
          ? 'A few words, such as: shown to the auditor.'
          : text.length > longestReason
            ? `At most ${longestReason} characters.`
            : undefined,
    },
  );
  const which = chosen.map(({ at }) => at);
  const { marked, spent, count } = await spendKeys({ keys, which, why }, { passphrase });
  await index.refresh();
  void vscode.window.showInformationMessage(
    `${formatCounted(marked, 'key')} of ${basename(keys)} marked as spent: ${formatOf(spent, count)} now.`,
  );
}
