import { basename, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import {
  beaconChainSchema,
  leastWaitMinutes,
  mostWaitMinutes,
  type Announced,
  type BeaconChain,
  type BeaconWish,
} from '../contract/beaconWish';
import { changePassphrase } from '../contract/declarations/changePassphrase';
import { createKeySet, longestResponse, mostKeys } from '../contract/declarations/createKeySet';
import { drawResponses } from '../contract/declarations/drawResponses';
import { exportKeySet } from '../contract/declarations/exportKeySet';
import { importKeys } from '../contract/declarations/importKeys';
import { showKeySet } from '../contract/declarations/showKeySet';
import { formatDate } from '../words/dates';
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
import { addSpend } from './keySets/spendCommand';
import { askPassphrase } from './passphrase';
import { formatCounted } from '../words/numbers';

/** Adds `keys create | draw | show | export | import | passphrase | spend`. */
export function addKeysCommands(program: Command, call: Call): void {
  const keys = program.command('keys').description('create and manage key sets');
  addCreate(keys, call);
  addDraw(keys, call);
  addShow(keys, call);
  addExport(keys, call);
  addImport(keys, call);
  addPassphrase(keys, call);
  addSpend(keys, call, askForKeys);
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
  addBeaconOptions(addPlacementOptions(addCommand(keys, 'create', createKeySet.description)))
    .requiredOption('--model <dir>', 'the checkpoint that will be marked')
    .option('--count <n>', 'the number of keys', parseCount(mostKeys), 64)
    .requiredOption('--out <file>', 'the key file to write')
    .option('--response-length <n>', 'tokens in a response', parseCount(longestResponse))
    .option('--soft <n>', 'how many keys answer without confidence', parseCount(mostKeys, 0))
    .option('--quiet <n>', 'how many keys are only ranked, never answered', parseCount(mostKeys, 0))
    .option('--prompts <file>', 'make the keys from your own prompts, one per line')
    .action(async (options: CreateOptions, command: Command) => createKeys(call, options, command));
}

interface CreateOptions extends PlacementOptions, BeaconOptions {
  readonly model: string;
  readonly count: number;
  readonly out: string;
  readonly responseLength?: number;
  readonly soft?: number;
  readonly quiet?: number;
  readonly prompts?: string;
}

async function createKeys(call: Call, options: CreateOptions, command: Command): Promise<void> {
  const out = resolve(options.out);
  const seedFile = process.env.FINGERPRINT_SEED_FILE;
  const request = dropUndefined({
    model: resolve(options.model),
    count: options.count,
    out,
    responseLength: options.responseLength,
    soft: options.soft,
    quiet: options.quiet,
    prompts: options.prompts === undefined ? undefined : resolve(options.prompts),
    seedFile: seedFile === undefined || seedFile === '' ? undefined : resolve(seedFile),
    draw: beaconWishOf(options, command),
    ...placementOf(options),
  });
  const secrets = { passphrase: await askForNewKeys(out) };
  const result = await runBriefly(call, { operation: createKeySet, request, secrets });
  call.output.result(result, [
    ...result.warnings,
    `${formatCounted(result.count, 'key')} ${result.count === 1 ? 'is' : 'are'} in ${result.out}.`,
    ...sayCommitment(result),
    'Keep the file and its passphrase safe: without them you can prove nothing.',
  ]);
}

/** What draws the responses: options of the commands that make a key set. */
interface BeaconOptions {
  readonly draw: 'seed' | 'beacon';
  readonly chain?: BeaconChain;
  readonly round?: number;
  readonly wait?: number;
}

function addBeaconOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--draw <by>',
        'what draws the responses: the secret seed, or a later round of a public beacon',
      )
        .choices(['seed', 'beacon'])
        .default('seed'),
    )
    .addOption(
      new Option('--chain <chain>', 'with --draw beacon: the chain of drand (default: quicknet)').choices(
        beaconChainSchema.options,
      ),
    )
    .option(
      '--round <n>',
      'with --draw beacon: the round that draws (default: the first one after the wait)',
      parseCount(Number.MAX_SAFE_INTEGER),
    )
    .option(
      '--wait <minutes>',
      `with --draw beacon: at least so many minutes until that round (default: ${leastWaitMinutes})`,
      parseCount(mostWaitMinutes),
    );
}

/** @throws CommanderError when options contradict each other. */
function beaconWishOf({ draw, chain, round, wait }: BeaconOptions, command: Command): BeaconWish | undefined {
  if (draw === 'seed' && [chain, round, wait].some((value) => value !== undefined))
    command.error('error: --chain, --round and --wait need --draw beacon.');
  if (round !== undefined && wait !== undefined) command.error('error: give either --round or --wait.');
  return draw === 'seed'
    ? undefined
    : dropUndefined({ chain: chain ?? 'quicknet', round, waitMinutes: wait });
}

function sayCommitment({
  commitment,
  announced,
}: {
  readonly commitment: string;
  readonly announced?: Announced | undefined;
}): string[] {
  if (!announced) return [`Commitment: ${commitment}`];
  const { chain, round, time } = announced;
  return [
    `Commitment to the undrawn keys: ${commitment}`,
    `Round ${round} of drand ${chain} draws the responses, at ${formatDate(time)}. Publish the commitment with a date before that; afterwards run "keys draw".`,
  ];
}

function addDraw(keys: Command, call: Call): void {
  addCommand(keys, 'draw', drawResponses.description)
    .requiredOption('--keys <file>', 'the undrawn key file, which becomes the drawn one')
    .option('--round <file>', 'a file with the round, as drand’s servers answer')
    .option(
      '--fetch',
      'get the round from drand’s public servers: the only command that uses the network',
      false,
    )
    .action(async (options: { keys: string; round?: string; fetch: boolean }, command: Command) => {
      const { round, fetch } = options;
      if ((round === undefined) !== fetch) command.error('error: give either --round or --fetch.');
      const path = resolve(options.keys);
      const passphrase = await askForKeys(path);
      const source =
        round === undefined
          ? ({ kind: 'network' } as const)
          : ({ kind: 'file', path: resolve(round) } as const);
      const result = await runHere(
        call,
        { operation: drawResponses, request: { keys: path, source }, secrets: { passphrase } },
        async () => (await import('../operations/keySets/drawResponses')).drawResponses,
      );
      const { chain, round: number, time } = result.drawnBy;
      call.output.result(result, [
        `The responses of ${result.count} keys are drawn by round ${number} of drand ${chain}, ${formatDate(time)}.`,
        `Commitment to the undrawn keys: ${result.keysCommitment}`,
        `Commitment: ${result.commitment}`,
      ]);
    });
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
    .option('--private', 'nobody else gets that file, so the keys are not marked as spent', false)
    .action(async (options: { keys: string; out: string; private: boolean }) => {
      const path = resolve(options.keys);
      const passphrase = await askForKeys(path);
      const request = { keys: path, out: resolve(options.out), isPrivate: options.private };
      const result = await runHere(
        call,
        { operation: exportKeySet, request, secrets: { passphrase } },
        async () => (await import('../operations/keySets/exportKeySet')).exportKeySet,
      );
      call.output.result(result, [
        `${formatCounted(result.count, 'key')} ${result.count === 1 ? 'is' : 'are'} in ${result.out}, unencrypted: anyone who can read that file can read them. Delete it when it is no longer needed.`,
        ...(options.private ? [] : [`The keys of ${basename(path)} now count as spent.`]),
        `This is no backup: for one, copy ${basename(path)}, which also holds the commitment and the draw.`,
      ]);
    });
}

function addImport(keys: Command, call: Call): void {
  addBeaconOptions(addCommand(keys, 'import', importKeys.description))
    .requiredOption('--plain <file>', 'a JSON file as written by "keys export --plain"')
    .requiredOption('--model <dir>', 'the checkpoint that the keys are for')
    .requiredOption('--out <file>', 'the key file to write')
    .action(async (options: ImportOptions, command: Command) => {
      const out = resolve(options.out);
      const passphrase = await askForNewKeys(out);
      const request = dropUndefined({
        file: resolve(options.plain),
        model: resolve(options.model),
        out,
        draw: beaconWishOf(options, command),
      });
      const result = await runHere(
        call,
        { operation: importKeys, request, secrets: { passphrase } },
        async () => (await import('../operations/keySets/importKeys')).importKeys,
      );
      call.output.result(result, [
        ...result.warnings,
        `${formatCounted(result.count, 'key')} ${result.count === 1 ? 'is' : 'are'} in ${result.out}.`,
        ...(result.announced ? sayCommitment(result) : []),
      ]);
    });
}

interface ImportOptions extends BeaconOptions {
  readonly plain: string;
  readonly model: string;
  readonly out: string;
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
