import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { BeaconWish } from '../../contract/beaconWish';
import { usualKeyCount } from '../../contract/declarations/createKeySet';
import { commandIds, viewIds } from '../../ids';
import { changePassphrase } from '../../operations/keySets/changePassphrase';
import { exportKeySet } from '../../operations/keySets/exportKeySet';
import { importKeys } from '../../operations/keySets/importKeys';
import { askNewPassphrase } from '../keySecrets';
import { askKeyFile, startDrawing, waitForDrawing } from '../panel/keys/creation';
import type { Services } from '../services';
import { requireTrust } from '../trust';
import { askDraw, tellAnnounced } from './beaconCommands';
import { askInTurn, typeText } from './dialog';
import { askCheckpoint, askFile, askKeySet, askNewFile, confirm } from './questions';
import type { Handlers } from './handlers';
import { RevealedKeys } from './revealedKeys';
import { checkpointOf, pathOf } from './targets';

const fewestKeys = 4;
const mostKeys = 4096;

/** Commands on key sets. */
export function keySetCommands(services: Services): Partial<Handlers> {
  const { context, index, secrets } = services;
  const revealed = new RevealedKeys();
  context.subscriptions.push(revealed);
  const ask = async (given: unknown, title: string): Promise<string> => {
    requireTrust();
    const place = { title, step: 1, totalSteps: 1 };
    return pathOf('keySet', given) ?? askKeySet(index, place, 'Which key set?');
  };
  return {
    [commandIds.createKeySet]: async (given) => create(services, await checkpointOf(given)),
    [commandIds.importKeys]: () => importFrom(services),
    [commandIds.exportKeys]: async (given) => exportTo(services, await ask(given, 'Export Keys')),
    [commandIds.changePassphrase]: async (given) => change(services, await ask(given, 'Change Passphrase')),
    [commandIds.revealKeys]: async (given) => reveal(services, revealed, await ask(given, 'Reveal Keys')),
    [commandIds.unlockKeySet]: async (given) => {
      await secrets.unlockAny(await ask(given, 'Unlock Key Set'));
    },
    [commandIds.lockKeySet]: async (given) => secrets.forget(await ask(given, 'Lock Key Set')),
  };
}

async function create(services: Services, given: string | undefined): Promise<void> {
  requireTrust();
  const { model, count, draw } = await askInTurn<Creation>(
    'Create Key Set',
    [
      ...(given === undefined
        ? [
            async (_before: unknown, place: Parameters<typeof askCheckpoint>[1]) => ({
              model: await askCheckpoint(services.index, place, 'Which model do you want to mark?'),
            }),
          ]
        : []),
      async (_before, place) => ({
        count: Number(
          await typeText(place, {
            prompt: 'How many keys? More keys prove more, but change the model more.',
            value: String(usualKeyCount),
            findFault: findFaultOfCount,
          }),
        ),
      }),
      async (_before, place) => ({ draw: await askDraw(place) }),
    ],
    given === undefined ? {} : { model: given },
  );
  const plan = { count, responseLength: 1, promptsFile: null };
  const drawing = await startDrawing(services, model, plan, draw);
  await vscode.window.withProgress({ location: { viewId: viewIds.keySets } }, () =>
    waitForDrawing(services, drawing),
  );
  await tellAnnounced(drawing.out);
}

interface Creation {
  readonly model: string;
  readonly count: number;
  /** Undefined where the seed draws. */
  readonly draw: BeaconWish | undefined;
}

function findFaultOfCount(text: string): string | undefined {
  const count = Number(text);
  return /^\d+$/.test(text) && count >= fewestKeys && count <= mostKeys
    ? undefined
    : `A whole number from ${fewestKeys} to ${mostKeys}.`;
}

async function importFrom({ index, log, secrets }: Services): Promise<void> {
  requireTrust();
  const { file, model, draw } = await askInTurn<Importing>('Import Keys', [
    async () => ({
      file: await askFile('Choose a File Written by Export Keys', { JSON: ['json'] }),
    }),
    async (_before, place) => ({ model: await askCheckpoint(index, place, 'Which model are the keys for?') }),
    async (_before, place) => ({ draw: await askDraw(place, 'Use the responses in the file') }),
  ]);
  const out = await askKeyFile(model);
  const passphrase = await askNewPassphrase(out);
  const { warnings } = await vscode.window.withProgress({ location: { viewId: viewIds.keySets } }, () =>
    importKeys({ file, model, out, ...(draw && { draw }) }, { passphrase }),
  );
  for (const warning of warnings) log.warn(warning);
  await secrets.store(out, passphrase);
  await index.refresh();
  await tellAnnounced(out);
}

interface Importing {
  readonly file: string;
  readonly model: string;
  /** Undefined where the responses of the file are used. */
  readonly draw: BeaconWish | undefined;
}

async function exportTo({ secrets }: Services, keys: string): Promise<void> {
  await confirm(
    `Export the keys of ${basename(keys)} without encryption?`,
    'Anyone who can read that file can train the keys away or claim them.',
    'Export Keys',
  );
  const name = `${basename(keys, '.fpkeys')}-keys.json`;
  const out = await askNewFile('Export Keys', join(dirname(keys), name), { JSON: ['json'] });
  const { passphrase } = await secrets.unlock(keys);
  await exportKeySet({ keys, out }, { passphrase });
}

async function change({ secrets }: Services, keys: string): Promise<void> {
  const { passphrase } = await secrets.unlock(keys);
  const newPassphrase = await askNewPassphrase(keys);
  await changePassphrase({ keys }, { passphrase, newPassphrase });
  await secrets.store(keys, newPassphrase);
}

async function reveal({ secrets }: Services, revealed: RevealedKeys, keys: string): Promise<void> {
  const { keySet } = await secrets.unlock(keys);
  await confirm(
    `Show the keys and responses of ${basename(keys)}?`,
    'Anyone who sees them can train them away or claim them. They are shown in a tab that is never saved.',
    'Reveal Keys',
  );
  await revealed.show(keys, keySet);
}
