import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { ResultOf } from '../contract/declaration';
import { drift } from '../contract/declarations/drift';
import { inspect } from '../contract/declarations/inspect';
import { rehearse } from '../contract/declarations/rehearse';
import { verify } from '../contract/declarations/verify';
import { runFolderOf } from '../jobs/checkpointRun';
import { readRunRecipe } from '../jobs/runFolder/runRecipe';
import { runBriefly } from './childWork';
import type { Call } from './edge';
import { exitCodes } from './exitCodes';
import { askForKeys } from './keysCommands';
import { runHere } from './localWork';
import { mostTaskItems, usualTaskItems, type TaskFile } from '../contract/compared/tasks';
import {
  addCommand,
  addPlacementOptions,
  collectTaskFiles,
  dropUndefined,
  parseCount,
  parseDate,
  placementOf,
  type PlacementOptions,
} from './options';

const mostCommitments = 1_000_000_000;

type Measured = Pick<
  ResultOf<typeof verify | typeof drift | typeof rehearse>,
  'sentence' | 'lines' | 'report'
>;

/** Adds `inspect`, `verify`, `drift` and `rehearse`. */
export function addModelCommands(program: Command, call: Call): void {
  addInspect(program, call);
  addVerify(program, call);
  addDrift(program, call);
  addRehearse(program, call);
}

function addInspect(program: Command, call: Call): void {
  addCommand(program, `${inspect.name} <dir>`, inspect.description).action(async (dir: string) => {
    const asked = { operation: inspect, request: { model: resolve(dir) }, secrets: {} };
    const shown = await runHere(call, asked, async () => (await import('../operations/inspect')).inspect);
    call.output.result(shown, shown.lines);
  });
}

interface VerifyOptions extends PlacementOptions {
  readonly model: string;
  readonly keys: string;
  readonly base?: string;
  readonly copy?: string;
  readonly report?: string;
  readonly rederive?: boolean;
  readonly registered?: string;
  readonly commitments: number;
  readonly strict?: boolean;
}

function addVerify(program: Command, call: Call): void {
  addPlacementOptions(addCommand(program, verify.name, verify.description))
    .requiredOption('--model <dir>', 'the suspect checkpoint')
    .requiredOption('--keys <file>', 'the key set')
    .option('--base <dir>', 'the unmarked checkpoint, which makes the test more sensitive')
    .option('--copy <dir>', 'a marked copy of yours, to compare its tensors with the suspect’s')
    .option('--report <folder>', 'write a report there')
    .option('--rederive', 'draw the key set again from its seed even if it came out on this machine before')
    .option('--no-rederive', 'do not draw the key set again from its seed; then nothing is a match')
    .option(
      '--registered <date>',
      'when somebody else dated the commitment to keys that a beacon drew later',
      parseDate,
    )
    .option(
      '--commitments <number>',
      'how many of these this claimant registered',
      parseCount(mostCommitments),
      1,
    )
    .option('--strict', `exit with ${exitCodes.noMatch} unless it is a match that a third party can repeat`)
    .action(async (options: VerifyOptions) => {
      const keys = resolve(options.keys);
      const request = dropUndefined({
        model: resolve(options.model),
        keys,
        base: resolveGiven(options.base),
        copy: resolveGiven(options.copy),
        report: resolveGiven(options.report),
        rederive: options.rederive,
        ...(options.registered !== undefined && {
          registered: { date: options.registered, commitments: options.commitments },
        }),
        ...placementOf(options),
      });
      const secrets = { passphrase: await askForKeys(keys) };
      const result = await runBriefly(call, { operation: verify, request, secrets });
      call.output.result(result, describe(result));
      call.exitCode = exitCodeOfVerdict(result.verdict, options.strict ?? false);
    });
}

function exitCodeOfVerdict(verdict: ResultOf<typeof verify>['verdict'], isStrict: boolean): number {
  if (verdict === 'match') return exitCodes.done;
  return verdict === 'agrees with this key file' && !isStrict ? exitCodes.agrees : exitCodes.noMatch;
}

interface DriftOptions extends PlacementOptions {
  readonly base: string;
  readonly model: string;
  readonly text?: string[];
  readonly tasks?: readonly TaskFile[];
  readonly instructions?: boolean;
  readonly keys?: string;
  readonly taskItems: number;
  readonly yardstick: boolean;
  readonly report?: string;
}

function addDrift(program: Command, call: Call): void {
  addPlacementOptions(addCommand(program, drift.name, drift.description))
    .requiredOption('--base <dir>', 'the unmarked checkpoint')
    .requiredOption('--model <dir>', 'the marked checkpoint')
    .option('--text <file...>', 'measure on your own text instead of the bundled text')
    .option(
      '--tasks <file...>',
      'compare accuracy on these tasks too; NAME=FILE names the task of a file',
      collectTaskFiles,
    )
    .option(
      '--task-items <number>',
      'the most items of each task, chosen at random',
      parseCount(mostTaskItems),
      usualTaskItems,
    )
    .option('--instructions', 'also count how many of 50 instructions a chat model follows')
    .option('--keys <file>', 'the key set, to measure what shows without its keys')
    .option('--no-yardstick', 'do not compare with the base rounded to 8 and 4 bits; takes half the time')
    .option('--report <folder>', 'write a report there')
    .action(async (options: DriftOptions) => {
      const request = dropUndefined({
        base: resolve(options.base),
        model: resolve(options.model),
        text: options.text?.map((path) => resolve(path)),
        budget: readRunRecipe(runFolderOf(resolve(options.model)))?.driftBudget,
        keys: resolveGiven(options.keys),
        instructions: options.instructions,
        ...(options.tasks && { tasks: [...options.tasks], taskItems: options.taskItems }),
        ...(!options.yardstick && { yardstick: false }),
        report: resolveGiven(options.report),
        ...placementOf(options),
      });
      const secrets = request.keys === undefined ? {} : { passphrase: await askForKeys(request.keys) };
      const result = await runBriefly(call, { operation: drift, request, secrets });
      call.output.result(result, describe(result));
    });
}

interface RehearseOptions extends PlacementOptions {
  readonly model: string;
  readonly keys: string;
  readonly base?: string;
  readonly attacks?: string;
  readonly with?: string;
  readonly text?: string[];
  readonly report?: string;
}

function addRehearse(program: Command, call: Call): void {
  addPlacementOptions(addCommand(program, rehearse.name, rehearse.description))
    .requiredOption('--model <dir>', 'the marked checkpoint; it is not changed')
    .requiredOption('--keys <file>', 'the key set')
    .option('--base <dir>', 'the unmarked checkpoint; by default the one that the key set remembers')
    .option('--attacks <list>', 'short (the default), all, or attacks such as merge-linear:0.5,prune:0.2')
    .option('--with <dir>', 'a fine-tune of the base, to merge the copy with; by default the base')
    .option('--text <file...>', 'measure drift on your own text instead of the bundled text')
    .option('--report <folder>', 'write a report there')
    .action(async (options: RehearseOptions) => {
      const keys = resolve(options.keys);
      const request = dropUndefined({
        model: resolve(options.model),
        keys,
        base: resolveGiven(options.base),
        attacks: options.attacks,
        with: resolveGiven(options.with),
        text: options.text?.map((path) => resolve(path)),
        report: resolveGiven(options.report),
        ...placementOf(options),
      });
      const secrets = { passphrase: await askForKeys(keys) };
      const result = await runBriefly(call, { operation: rehearse, request, secrets });
      call.output.result(result, describe(result));
    });
}

function describe({ sentence, lines, report = [] }: Measured): string[] {
  return [sentence, ...lines, ...report.map((path) => `Report: ${path}`)];
}

function resolveGiven(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}
