import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { BeaconWish } from '../../contract/beaconWish';
import { viewIds } from '../../ids';
import {
  checkImport,
  importInto,
  openImportModel,
  readKeysToImport,
  type ImportModel,
  type ReadKeys,
} from '../../operations/keySets/importKeys';
import { formatCounted } from '../../words/numbers';
import { askDraw, tellAnnounced } from './beaconCommands';
import { askInTurn } from '../commands/dialog';
import { askCheckpoint, askFile, confirm } from '../commands/questions';
import { tellFile } from '../files/tellFile';
import { askKeyFile } from '../panel/keys/creation';
import type { Services } from '../services';
import { requireTrust } from '../trust';
import { askNewPassphrase } from './passphraseBox';

const someBeacon: BeaconWish = { chain: 'quicknet', waitMinutes: 1 };

interface Importing {
  readonly model: string;
  /** Undefined where the responses of the file are used. */
  readonly draw: BeaconWish | undefined;
}

/**
 * Makes a key set of keys in the clear. The file is read when it is chosen, whether it fits the model is checked when
 * that is, and what the import weakens is said before a passphrase is asked for.
 * @throws Cancelled; UserError as importKeys.
 */
export async function importKeyFile(services: Services): Promise<void> {
  requireTrust();
  const { index, secrets, log } = services;
  const file = await askFile('Choose a File Written by Export Keys', { JSON: ['json'] });
  const read = await readWhateverDraws(file);
  const { model: dir, draw } = await askImport(services, read);
  const model = await whileWorking(() => openImportModel(dir));
  await confirmWeaker({ read: await readKeysToImport(file, draw), model, draw });
  const out = await askKeyFile(dir);
  const passphrase = await askNewPassphrase(out);
  const asked = { read: await readKeysToImport(file, draw), model, draw };
  const { count, warnings } = await whileWorking(() => importInto(out, asked, { passphrase }));
  for (const warning of warnings) log.warn(warning);
  await secrets.store(out, passphrase);
  await index.refresh();
  if (draw === undefined) tellFile(`${formatCounted(count, 'key')} are in ${basename(out)}.`, out, false);
  await tellAnnounced(out);
}

/** Rows without responses are enough for a beacon; what is wrong is said of a file that has them. */
async function readWhateverDraws(file: string): Promise<ReadKeys> {
  try {
    return await readKeysToImport(file, undefined);
  } catch (error) {
    const undrawn = await readKeysToImport(file, someBeacon).catch(() => undefined);
    if (undrawn) return undrawn;
    throw error;
  }
}

function askImport({ index }: Services, { plain: { madeFor }, count }: ReadKeys): Promise<Importing> {
  const words = madeFor
    ? `These ${formatCounted(count, 'key')} were made for ${madeFor.model}. Which model are they for?`
    : `Which model are these ${formatCounted(count, 'key')} for? The file does not say.`;
  return askInTurn<Importing>('Import Keys', [
    async (_before, place) => ({
      model: await askCheckpoint(index, place, words, { first: madeFor?.model }),
    }),
    async (_before, place) => ({ draw: await askDraw(place, 'Use the responses in the file') }),
  ]);
}

async function confirmWeaker(asked: {
  readonly read: ReadKeys;
  readonly model: ImportModel;
  readonly draw: BeaconWish | undefined;
}): Promise<void> {
  const said = checkImport(asked);
  await confirm(
    `Import ${formatCounted(asked.read.count, 'key')}? The set will prove less than one that is drawn.`,
    said.join('\n\n'),
    'Import Keys',
  );
}

function whileWorking<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  return Promise.resolve(vscode.window.withProgress({ location: { viewId: viewIds.keySets } }, work));
}
