import { rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../common/errors';
import { asDiskError } from '../../common/files';
import { findNameFault } from '../../protocol/portableName';
import { readKeyFilePublic, type KeyFilePublic } from '../../fingerprint/keyFile/keyFile';
import { commandIds } from '../../ids';
import { assertNewFile } from '../../operations/keySets/newFile';
import { formatCounted } from '../../words/numbers';
import { typeText, type Place } from '../commands/dialog';
import type { Handlers } from '../commands/handlers';
import { askKeySet, confirm } from '../commands/questions';
import { pathOf } from '../commands/targets';
import type { Services } from '../services';
import { copyKeyFile } from './exportKeyFile';
import { spendKeySet } from './spendKeySet';

const extension = '.fpkeys';

/** Commands on key files as files, and on what they show without a passphrase. */
export function keyFileCommands(services: Services): Partial<Handlers> {
  const ask = (given: unknown, title: string): Promise<string> => {
    const path = pathOf('keySet', given);
    return path === undefined
      ? askKeySet(services.index, { title, step: 1, totalSteps: 1 }, 'Which key set?')
      : Promise.resolve(path);
  };
  return {
    [commandIds.copyCommitment]: async (given) => copyCommitment(await ask(given, 'Copy Commitment')),
    [commandIds.copyKeyFile]: async (given) => copyKeyFile(await ask(given, 'Copy Key File')),
    [commandIds.spendKeys]: async (given) => spendKeySet(services, await ask(given, 'Mark as Spent')),
    [commandIds.renameKeySet]: async (given) => renameKeySet(services, await ask(given, 'Rename Key Set')),
    [commandIds.deleteKeySet]: async (given) => deleteKeySet(services, await ask(given, 'Delete Key Set')),
  };
}

async function copyCommitment(path: string): Promise<void> {
  const { commitment } = await readKeyFilePublic(path);
  await vscode.env.clipboard.writeText(commitment);
  vscode.window.setStatusBarMessage(`Copied the commitment of ${basename(path)}`, 4000);
}

async function renameKeySet({ index }: Services, path: string): Promise<void> {
  const place: Place = { title: `Rename ${basename(path)}`, step: 1, totalSteps: 1 };
  const before = basename(path, extension);
  const typed = await typeText(place, {
    prompt: `New name, without ${extension}. Earlier runs keep the old name in their records.`,
    value: before,
    findFault: (text) => (text === before ? undefined : findFaultOfName(dirname(path), text)),
  });
  if (typed === before) return;
  const target = join(dirname(path), `${typed}${extension}`);
  await assertNewFile(target);
  try {
    await rename(path, target);
  } catch (error) {
    throw asDiskError(error, target);
  }
  await index.refresh();
}

async function findFaultOfName(folder: string, name: string): Promise<string | undefined> {
  const fault = findNameFault(`${name}${extension}`);
  if (fault !== undefined) return fault;
  try {
    await assertNewFile(join(folder, `${name}${extension}`));
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

async function deleteKeySet({ index, secrets }: Services, path: string): Promise<void> {
  const header = await readKeyFilePublic(path).catch(() => undefined);
  await confirm(`Delete ${basename(path)}?`, sayLoss(header), 'Delete Key Set');
  // The passphrase is stored by what the file says of itself.
  await secrets.forget(path);
  const uri = vscode.Uri.file(path);
  // A remote machine may have no trash.
  const { fs } = vscode.workspace;
  await Promise.resolve(fs.delete(uri, { useTrash: true })).catch(() => fs.delete(uri));
  await index.refresh();
}

/** What is lost with a key file. */
function sayLoss(header: KeyFilePublic | undefined): string {
  if (!header) return 'The file cannot be read; it may be a damaged copy of keys that are needed.';
  const { keyCount, model, releases } = header;
  const proof =
    releases.length === 0
      ? 'No release uses it.'
      : `${formatCounted(releases.length, 'release')} of ${model} ${releases.length === 1 ? 'carries' : 'carry'} these keys: without this file or a copy of it you can prove nothing about ${releases.length === 1 ? 'it' : 'them'}.`;
  return `It holds ${formatCounted(keyCount, 'key')} for ${model}, with their draw and commitment. ${proof} The file goes to the trash where there is one; on other machines it is removed at once.`;
}
