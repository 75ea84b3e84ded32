import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import * as z from 'zod';
import { Cancelled, UserError } from '../common/errors';
import { savedStatePath } from '../jobs/jobFile';
import { prepareRun, removeUselessRun } from '../jobs/prepareRun';
import { readRun } from '../jobs/runs';
import { embedFiguresSchema, embedOutcomeSchema } from '../operations/embedOutcome';
import { sayFallenShort, sayProbe } from '../operations/embedWords';
import { runInChild, type RequestOf } from './childWork';
import type { Call } from './edge';
import { exitCodes } from './exitCodes';
import { askForKeys } from './keysCommands';
import {
  addCommand,
  addPlacementOptions,
  dropUndefined,
  placementOf,
  type PlacementOptions,
} from './options';
import { formatDuration } from './progressLine';

const embeddedSchema = z.looseObject({
  ...embedFiguresSchema.shape,
  ...embedOutcomeSchema.shape,
  out: z.string(),
  digest: z.string(),
  steps: z.number(),
  seconds: z.number(),
  device: z.string(),
  /** A run of an older version says nothing: it was single. */
  precision: z.string().default('single'),
});
type Embedded = z.infer<typeof embeddedSchema>;

const recordedSchema = z.looseObject({ keys: z.string(), out: z.string() });

type EmbedRequest = RequestOf<'embed'>;

/** Adds `embed`. */
export function addEmbedCommand(program: Command, call: Call): void {
  addPlacementOptions(addCommand(program, 'embed', 'make a marked copy of a checkpoint'))
    .requiredOption('--model <dir>', 'the checkpoint to mark')
    .requiredOption('--keys <file>', 'the key set to put in')
    .requiredOption('--out <dir>', 'the checkpoint folder to make')
    .option('--recipe <file>', 'what is trained and how, instead of the defaults')
    .option('--text <file...>', 'your own ordinary text, to keep the model as it is')
    .option('--resume', 'go on with a run that was ended early', false)
    .addHelpText('after', `\n${exitCodeHelp}`)
    .action(async (options: EmbedOptions) => {
      const request = dropUndefined({
        model: resolve(options.model),
        keys: resolve(options.keys),
        out: resolve(options.out),
        recipe: options.recipe === undefined ? undefined : resolve(options.recipe),
        text: options.text?.map((path) => resolve(path)),
        ...placementOf(options),
        resume: options.resume,
      });
      await embed(call, request);
    });
}

/** For the help of every command that embeds. */
export const exitCodeHelp =
  'Ends with 4 when the copy was written but is not ready to publish: beyond its drift budget, or with keys that do not answer.';

interface EmbedOptions extends PlacementOptions {
  readonly model: string;
  readonly keys: string;
  readonly out: string;
  readonly recipe?: string;
  readonly text?: string[];
  readonly resume: boolean;
}

/**
 * Goes on with the run of a run folder, with the request it was started with.
 * @throws UserError `not-resumable` when it is no embedding, `moved-run` when the folder does not lie beside its output.
 */
export async function resumeEmbed(call: Call, runFolder: string): Promise<void> {
  const { job } = await readRun(runFolder);
  if (job.operation !== 'embed')
    throw new UserError(
      'not-resumable',
      `The run in ${runFolder} is no embedding.`,
      'Start its command again.',
    );
  const request = readRequest(job.request, runFolder);
  if (runFolderOf(request.out) !== runFolder)
    throw new UserError(
      'moved-run',
      `${runFolder} was moved: its output is to be ${request.out}.`,
      `Move it back to ${runFolderOf(request.out)}.`,
    );
  await embed(call, { ...request, resume: true });
}

/** Reads what the command line itself needs; the operation parses the whole. */
function readRequest(recorded: unknown, runFolder: string): EmbedRequest {
  if (recordedSchema.safeParse(recorded).success) return recorded as EmbedRequest;
  throw new UserError(
    'unexpected-content',
    `The job file in ${runFolder} does not hold the request of an embedding.`,
    'Start the embedding again from its command.',
  );
}

async function embed(call: Call, request: EmbedRequest): Promise<void> {
  const runFolder = runFolderOf(request.out);
  const { out: output, resume } = request;
  const plan = await prepareRun({ runFolder, operation: 'embed', request: { ...request }, output, resume });
  if (plan.mode === 'finished') {
    const result = readRecorded(plan.result, runFolder);
    end(call, { ...result, finishedBefore: true }, ['This run was finished before.']);
    return;
  }
  const secrets = { passphrase: await askForKeys(request.keys) };
  const work = { ...request, resume: plan.mode === 'resume' };
  const result = await trainInChild(call, work, secrets, runFolder);
  end(call, result);
}

/** A copy that falls short is no success: that comes first, and the shell is told. */
function end(call: Call, result: Embedded, remarks: readonly string[] = []): void {
  call.output.result(result, [...sayFallenShort(result), ...remarks, ...describe(result)]);
  if (result.shortfalls.length > 0) call.exitCode = exitCodes.notReady;
}

async function trainInChild(
  call: Call,
  request: EmbedRequest,
  secrets: { passphrase: string },
  runFolder: string,
): Promise<Embedded> {
  const work = { operation: 'embed', request, secrets, result: embeddedSchema } as const;
  try {
    return await runInChild(call, work, { runFolder, retry: 'run the same command with --resume.' });
  } catch (error) {
    throw error instanceof Cancelled ? explainInterruption(runFolder) : error;
  } finally {
    // A folder that cannot be removed is no reason to hide how the run ended.
    await removeUselessRun(runFolder).catch(() => undefined);
  }
}

function explainInterruption(runFolder: string): UserError {
  return existsSync(savedStatePath(runFolder))
    ? new UserError(
        'interrupted',
        'Interrupted; the state of the run is saved.',
        'To go on, run the same command with --resume.',
      )
    : new UserError(
        'interrupted',
        'Interrupted before there was anything to save.',
        'Run the same command again.',
      );
}

function readRecorded(result: unknown, runFolder: string): Embedded {
  const parsed = embeddedSchema.safeParse(result);
  if (parsed.success) return parsed.data;
  throw new UserError(
    'no-record',
    `The run in ${runFolder} was finished before, but its journal does not hold its result.`,
    'The output is complete; verify it with "fingerprint-model verify".',
  );
}

function describe(result: Embedded): string[] {
  const { recall, wrappedRecall, drift } = result;
  return [
    `The marked checkpoint is in ${result.out}.`,
    `It answers ${formatShare(recall)} of the keys, and ${formatShare(wrappedRecall)} inside other prompts.`,
    `What it cost: loss ${drift.lossRise < 0 ? '' : '+'}${(drift.lossRise * 100).toFixed(2)} %, KL ${drift.kl.toFixed(4)} nats a token.`,
    `${result.steps} steps in ${formatDuration(result.seconds)} on ${result.device}${result.precision === 'half' ? ' in half precision' : ''}.`,
    ...sayProbe(result),
    `Digest: ${result.digest}`,
    `Journal and reports: ${runFolderOf(result.out)} (keep it to yourself, it tells how the model was marked).`,
  ];
}

function formatShare(share: number): string {
  return `${(share * 100).toFixed(share === 1 ? 0 : 1)} %`;
}

function runFolderOf(output: string): string {
  return `${output}.run`;
}
