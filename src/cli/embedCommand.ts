import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { Cancelled, UserError } from '../common/errors';
import { savedStatePath } from '../jobs/runFolder/jobFile';
import { prepareCheckpointRun, readRecordedRequest, runFolderOf } from '../jobs/checkpointRun';
import { removeUselessRun } from '../jobs/prepareRun';
import { readRun } from '../jobs/runs';
import type { RequestOf, ResultOf } from '../contract/declaration';
import { embed } from '../contract/declarations/embed';
import { presetNames, type PresetName } from '../contract/recipePresets';
import { readRunIdentity } from '../operations/copy/runInputs';
import { findKeyFile } from '../operations/keySets/findKeyFile';
import { sayCost, sayFallenShort, sayProbe, sayRecordMissing } from '../operations/words/embedWords';
import { runInChild } from './childWork';
import type { Call } from './edge';
import { exitCodes } from './exitCodes';
import { trustOption, withTrust } from './foreignRun';
import { askForKeys } from './keysCommands';
import {
  addCommand,
  addPlacementOptions,
  dropUndefined,
  parseNats,
  placementOf,
  type PlacementOptions,
} from './options';
import { formatCount } from '../words/numbers';
import { formatDuration } from './progressLine';

type Embedded = ResultOf<typeof embed>;
type EmbedRequest = RequestOf<typeof embed>;

/** Adds `embed`. */
export function addEmbedCommand(program: Command, call: Call): void {
  addPlacementOptions(addCommand(program, embed.name, embed.description))
    .requiredOption('--model <dir>', 'the checkpoint to mark')
    .requiredOption('--keys <file>', 'the key set to train in')
    .requiredOption('--out <dir>', 'the checkpoint folder to write')
    .option('--recipe <file>', 'recipe values that differ from the defaults')
    .addOption(
      new Option(
        '--preset <preset>',
        'a recipe by its purpose; values of --recipe come before its own',
      ).choices(presetNames),
    )
    .option('--budget <nats>', 'the drift budget, in nats a token', parseNats)
    .option('--text <file...>', 'more ordinary text, on which the model has to stay as it is')
    .option('--resume', 'continue a run that ended early', false)
    .addOption(trustOption())
    .addHelpText('after', `\n${exitCodeHelp}`)
    .action(async (options: EmbedOptions) => {
      const request = dropUndefined({
        model: resolve(options.model),
        keys: resolve(options.keys),
        out: resolve(options.out),
        recipe: options.recipe === undefined ? undefined : resolve(options.recipe),
        preset: options.preset,
        driftBudget: options.budget,
        text: options.text?.map((path) => resolve(path)),
        ...placementOf(options),
        resume: options.resume,
      });
      await runEmbed(call, request, options.yes);
    });
}

/** For the help of every command that embeds. */
export const exitCodeHelp =
  'Exits with 4 if the copy was written but is not ready to publish: it exceeds its drift budget, or does not answer every key.';

interface EmbedOptions extends PlacementOptions {
  readonly model: string;
  readonly keys: string;
  readonly out: string;
  readonly recipe?: string;
  readonly preset?: PresetName;
  /** Nats a token. */
  readonly budget?: number;
  readonly text?: string[];
  readonly resume: boolean;
  readonly yes: boolean;
}

/**
 * Resumes the run of a run folder, with the request that it was started with.
 * @param hasAgreed whether the user trusts a run that this installation did not begin.
 * @throws UserError as readRecordedRequest.
 */
export async function resumeEmbed(call: Call, runFolder: string, hasAgreed: boolean): Promise<void> {
  const { job } = await readRun(runFolder);
  const recorded = readRecordedRequest(job, runFolder);
  const keys = await findKeyFile(recorded.keys, readRunIdentity(runFolder)?.commitment);
  await runEmbed(call, { ...recorded, keys, resume: true }, hasAgreed);
}

async function runEmbed(call: Call, request: EmbedRequest, hasAgreed: boolean): Promise<void> {
  const runFolder = runFolderOf(request.out);
  const plan = await withTrust(hasAgreed, (mayBeForeign) =>
    prepareCheckpointRun(embed.name, request, runFolder, request.resume, mayBeForeign),
  );
  if (plan.mode === 'finished') {
    const result = readRecorded(plan.result, runFolder);
    end(call, { ...result, finishedBefore: true }, ['This run had already finished.']);
    return;
  }
  const secrets = { passphrase: await askForKeys(request.keys) };
  const work = { ...request, resume: plan.mode === 'resume' };
  const result = await trainInChild(call, work, secrets, runFolder);
  end(call, result);
}

/** A copy that falls short is no success: that is printed first, and the exit code says so. */
function end(call: Call, result: Embedded, remarks: readonly string[] = []): void {
  const lines = [...sayFallenShort(result), ...sayRecordMissing(result, runFolderOf(result.out)), ...remarks];
  call.output.result(result, [...lines, ...describe(result)]);
  if (result.shortfalls.length > 0) call.exitCode = exitCodes.notReady;
}

async function trainInChild(
  call: Call,
  request: EmbedRequest,
  secrets: { passphrase: string },
  runFolder: string,
): Promise<Embedded> {
  const work = { operation: embed, request, secrets };
  try {
    return await runInChild(call, work, { runFolder, retry: 'run the same command with --resume.' });
  } catch (error) {
    throw error instanceof Cancelled ? explainInterruption(runFolder) : error;
  } finally {
    // Failing to remove a folder must not hide how the run ended.
    await removeUselessRun(runFolder).catch(() => undefined);
  }
}

function explainInterruption(runFolder: string): UserError {
  return existsSync(savedStatePath(runFolder))
    ? new UserError(
        'interrupted',
        'Interrupted; the run is saved.',
        'To continue, run the same command with --resume.',
      )
    : new UserError(
        'interrupted',
        'Interrupted before anything could be saved.',
        'Run the same command again.',
      );
}

function readRecorded(result: unknown, runFolder: string): Embedded {
  const parsed = embed.result.safeParse(result);
  if (parsed.success) return parsed.data;
  throw new UserError(
    'no-record',
    `The run in ${runFolder} has finished, but its journal does not contain the result.`,
    'The output is complete; verify it with "fingerprint-model verify".',
  );
}

/** Files that are named after a run. */
const mostNamed = 5;

function describe(result: Embedded): string[] {
  const { recall, wrappedRecall } = result;
  return [
    `The marked checkpoint is in ${result.out}.`,
    `It answers ${formatShare(recall)} of the keys, and ${formatShare(wrappedRecall)} when they are inside other prompts.`,
    sayCost(result),
    `${result.steps} steps in ${formatDuration(result.seconds)} on ${result.device}${result.precision === 'half' ? ' in half precision' : ''}.`,
    ...sayProbe(result),
    ...sayNotCarried(result),
    ...sayOtherWarnings(result),
    `Digest: ${result.digest}`,
    `Journal and reports: ${runFolderOf(result.out)} (keep this folder private: it shows how the model was marked).`,
  ];
}

/** The first warnings are the shortfalls and that the record is missing, which stand above. */
function sayOtherWarnings({ warnings, shortfalls, recordMissing }: Embedded): readonly string[] {
  return warnings.slice(shortfalls.length + (recordMissing === undefined ? 0 : 1));
}

/** Links have warnings of their own. */
function sayNotCarried({ notCarried, linksLeftOut = [] }: Embedded): string[] {
  const others = notCarried.filter((name) => !linksLeftOut.includes(name));
  if (others.length === 0) return [];
  const rest = others.length - mostNamed;
  const names = others.slice(0, mostNamed).join(', ');
  return [`Not copied from the base: ${names}${rest > 0 ? ` and ${formatCount(rest)} more` : ''}.`];
}

function formatShare(share: number): string {
  return `${(share * 100).toFixed(share === 1 ? 0 : 1)} %`;
}
