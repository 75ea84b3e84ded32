import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { changePassphrase } from '../contract/declarations/changePassphrase';
import { createKeySet, longestResponse, mostKeys } from '../contract/declarations/createKeySet';
import { exportKeySet } from '../contract/declarations/exportKeySet';
import { importKeys } from '../contract/declarations/importKeys';
import { showKeySet } from '../contract/declarations/showKeySet';
import { runBriefly } from './childWork';
import type { Call } from './edge';
import { runHere } from './localWork';
import {
  addCommand,
  addPlacementOptions,
  dropUndefined,
  parseCount,
  placementOf,
  type PlacementOptions,
} from './options';
import { askPassphrase } from './passphrase';

/** Adds `keys create | show | export | import | passphrase`. */
export function addKeysCommands(program: Command, call: Call): void {
  const keys = program.command('keys').description('create and manage key sets');
  addCreate(keys, call);
  addShow(keys, call);
  addExport(keys, call);
  addImport(keys, call);
  addPassphrase(keys, call);
}

/** Asks for the passphrase of a key-set file that exists. */
export function askForKeys(path: string): Promise<string> {
  return askPassphrase({
    variable: 'FINGERPRINT_PASSPHRASE',
    message: `Passphrase of ${basename(path)}`,
    isNew: false,
  });
}

function askForNewKeys(path: string): Promise<string> {
  return askPassphrase({
    variable: 'FINGERPRINT_PASSPHRASE',
    message: `Passphrase for the new ${basename(path)}`,
    isNew: true,
  });
}

function addCreate(keys: Command, call: Call): void {
  addPlacementOptions(addCommand(keys, 'create', createKeySet.description))
    .requiredOption('--model <dir>', 'the checkpoint that will be marked')
    .option('--count <n>', 'the number of keys', parseCount(mostKeys), 64)
    .requiredOption('--out <file>', 'the key file to write')
    .option('--response-length <n>', 'tokens in a response', parseCount(longestResponse))
    .option('--prompts <file>', 'make the keys from your own prompts, one per line')
    .action(async (options: CreateOptions) => createKeys(call, options));
}

interface CreateOptions extends PlacementOptions {
  readonly model: string;
  readonly count: number;
  readonly out: string;
  readonly responseLength?: number;
  readonly prompts?: string;
}

async function createKeys(call: Call, options: CreateOptions): Promise<void> {
  const out = resolve(options.out);
  const seedFile = process.env.FINGERPRINT_SEED_FILE;
  const request = dropUndefined({
    model: resolve(options.model),
    count: options.count,
    out,
    responseLength: options.responseLength,
    prompts: options.prompts === undefined ? undefined : resolve(options.prompts),
    seedFile: seedFile === undefined || seedFile === '' ? undefined : resolve(seedFile),
    ...placementOf(options),
  });
  const secrets = { passphrase: await askForNewKeys(out) };
  const result = await runBriefly(call, { operation: createKeySet, request, secrets });
  call.output.result(result, [
    ...result.warnings,
    `${result.count} keys are in ${result.out}.`,
    `Commitment: ${result.commitment}`,
    'Keep the file and its passphrase safe: without them you can prove nothing.',
  ]);
}

function addShow(keys: Command, call: Call): void {
  addCommand(keys, 'show', showKeySet.description)
    .requiredOption('--keys <file>', 'the key file')
    .option('--reveal', 'also show the secret keys and responses', false)
    .action(async (options: { keys: string; reveal: boolean }) => {
      const path = resolve(options.keys);
      const passphrase = await askForKeys(path);
      const request = { keys: path, reveal: options.reveal };
      const shown = await runHere(
        call,
        { operation: showKeySet, request, secrets: { passphrase } },
        async () => (await import('../operations/keySets/showKeySet')).showKeySet,
      );
      call.output.result(shown, shown.lines);
    });
}

function addExport(keys: Command, call: Call): void {
  addCommand(keys, 'export', exportKeySet.description)
    .requiredOption('--plain', 'as unencrypted JSON (the only format so far)')
    .requiredOption('--keys <file>', 'the key file')
    .requiredOption('--out <file>', 'the JSON file to write')
    .action(async (options: { keys: string; out: string }) => {
      const path = resolve(options.keys);
      const passphrase = await askForKeys(path);
      const request = { keys: path, out: resolve(options.out) };
      const result = await runHere(
        call,
        { operation: exportKeySet, request, secrets: { passphrase } },
        async () => (await import('../operations/keySets/exportKeySet')).exportKeySet,
      );
      call.output.result(result, [
        `${result.count} keys are in ${result.out}, unencrypted: anyone who can read that file can read them.`,
      ]);
    });
}

function addImport(keys: Command, call: Call): void {
  addCommand(keys, 'import', importKeys.description)
    .requiredOption('--plain <file>', 'a JSON file as written by "keys export --plain"')
    .requiredOption('--model <dir>', 'the checkpoint that the keys are for')
    .requiredOption('--out <file>', 'the key file to write')
    .action(async (options: { plain: string; model: string; out: string }) => {
      const out = resolve(options.out);
      const passphrase = await askForNewKeys(out);
      const request = { file: resolve(options.plain), model: resolve(options.model), out };
      const result = await runHere(
        call,
        { operation: importKeys, request, secrets: { passphrase } },
        async () => (await import('../operations/keySets/importKeys')).importKeys,
      );
      call.output.result(result, [...result.warnings, `${result.count} keys are in ${result.out}.`]);
    });
}

function addPassphrase(keys: Command, call: Call): void {
  addCommand(keys, 'passphrase', changePassphrase.description)
    .requiredOption('--keys <file>', 'the key file')
    .action(async (options: { keys: string }) => {
      const path = resolve(options.keys);
      const passphrase = await askForKeys(path);
      const newPassphrase = await askPassphrase({
        variable: 'FINGERPRINT_NEW_PASSPHRASE',
        message: `New passphrase for ${basename(path)}`,
        isNew: true,
      });
      const result = await runHere(
        call,
        { operation: changePassphrase, request: { keys: path }, secrets: { passphrase, newPassphrase } },
        async () => (await import('../operations/keySets/changePassphrase')).changePassphrase,
      );
      call.output.result(result, [`The passphrase of ${path} was changed.`]);
    });
}
