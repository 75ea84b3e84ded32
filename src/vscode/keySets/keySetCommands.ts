import { basename } from 'node:path';
import { commandIds } from '../../ids';
import { changePassphrase } from '../../operations/keySets/changePassphrase';
import { tellFile } from '../files/tellFile';
import { createKeys, createKeysFor } from './createKeys';
import { exportKeyFile } from './exportKeyFile';
import { importKeyFile } from './importKeyFile';
import { askNewPassphrase } from './passphraseBox';
import type { Services } from '../services';
import { requireTrust } from '../trust';
import { askKeySet, confirm } from '../commands/questions';
import type { Handlers } from '../commands/handlers';
import { RevealedKeys } from '../reports/revealedKeys';
import { checkpointOf, pathOf } from '../commands/targets';

/** Commands on key sets. */
export function keySetCommands(services: Services): Partial<Handlers> {
  const { context, index, secrets } = services;
  const revealed = new RevealedKeys();
  context.subscriptions.push(revealed);
  const ask = async (given: unknown, title: string): Promise<string> => {
    requireTrust();
    const place = { title, step: 1, totalSteps: 1 };
    const create = (): Promise<string> => createKeysFor(services, undefined);
    return pathOf('keySet', given) ?? askKeySet(index, place, 'Which key set?', { create });
  };
  return {
    [commandIds.createKeySet]: async (given) => createKeys(services, await checkpointOf(given)),
    [commandIds.importKeys]: () => importKeyFile(services),
    [commandIds.exportKeys]: async (given) => exportKeyFile(services, await ask(given, 'Export Keys')),
    [commandIds.changePassphrase]: async (given) => change(services, await ask(given, 'Change Passphrase')),
    [commandIds.revealKeys]: async (given) => reveal(services, revealed, await ask(given, 'Reveal Keys')),
    [commandIds.unlockKeySet]: async (given) => {
      await secrets.unlockAny(await ask(given, 'Unlock Key Set'));
    },
    [commandIds.lockKeySet]: async (given) => secrets.forget(await ask(given, 'Lock Key Set')),
  };
}

async function change({ secrets }: Services, keys: string): Promise<void> {
  // Anybody may sit at a desk where the set is unlocked.
  const { passphrase } = await secrets.askAgain(keys);
  const newPassphrase = await askNewPassphrase(keys);
  await changePassphrase({ keys }, { passphrase, newPassphrase });
  await secrets.store(keys, newPassphrase);
  tellFile(
    `The passphrase of ${basename(keys)} was changed. Copies of the file elsewhere keep the old one.`,
    keys,
    false,
  );
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
