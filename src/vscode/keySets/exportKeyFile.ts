import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { Cancelled } from '../../common/errors';
import { writeNewFile } from '../../common/files';
import { readKeyFileBytes } from '../../fingerprint/keyFile/keyFile';
import { exportKeySet } from '../../operations/keySets/exportKeySet';
import { assertNewFile } from '../../operations/keySets/newFile';
import { formatCounted } from '../../words/numbers';
import { askNewFile } from '../commands/questions';
import { tellFile } from '../files/tellFile';
import type { Services } from '../services';

const giveAway = 'Export and Mark as Spent';
const keepPrivate = 'Export for Myself';
const copyInstead = 'Copy Key File…';

/**
 * Writes the keys of a set without encryption, or a backup instead, for that is what many look for here.
 * @throws Cancelled; UserError as exportKeySet.
 */
export async function exportKeyFile(services: Services, keys: string): Promise<void> {
  const chosen = await vscode.window.showWarningMessage(
    `Export the keys of ${basename(keys)} without encryption?`,
    {
      modal: true,
      detail:
        'This is not a backup: commitment and draw are not in the exported file. For a backup, copy the .fpkeys file.\n\nAnyone who can read the exported file can train the keys away or claim them. Keys that somebody else gets count as spent.',
    },
    giveAway,
    keepPrivate,
    copyInstead,
  );
  if (chosen === copyInstead) return copyKeyFile(keys);
  if (chosen === undefined) throw new Cancelled();
  const { passphrase } = await services.secrets.unlock(keys);
  const proposed = join(dirname(keys), `${basename(keys, '.fpkeys')}-plain.json`);
  const out = await askNewFile('Export Keys', proposed, { JSON: ['json'] });
  const isPrivate = chosen === keepPrivate;
  const { count, marked } = await exportKeySet({ keys, out, isPrivate }, { passphrase });
  await services.index.refresh();
  const spent = marked > 0 ? ` ${formatCounted(marked, 'key')} now count as spent.` : '';
  tellFile(
    `${formatCounted(count, 'key')} are in ${basename(out)}, unencrypted. Delete it when it is no longer needed.${spent}`,
    out,
    true,
  );
}

/**
 * Copies a key file as it is: the backup.
 * @throws Cancelled; UserError `file-exists`, `no-such-folder`, and as readKeyFileBytes and writeNewFile.
 */
export async function copyKeyFile(keys: string): Promise<void> {
  const name = basename(keys, '.fpkeys');
  const out = await askNewFile('Copy Key File', join(dirname(keys), `${name}-copy.fpkeys`), {
    'Key sets': ['fpkeys'],
  });
  await assertNewFile(out);
  await writeNewFile(out, await readKeyFileBytes(keys), 0o600);
  tellFile(
    `${basename(keys)} was copied to ${out}. The same passphrase opens the copy; keep it somewhere else.`,
    out,
    false,
  );
}
