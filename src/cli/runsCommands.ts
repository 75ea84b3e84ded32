import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { DeeplyReadonly, ResultOf } from '../contract/declaration';
import { showRun } from '../contract/declarations/showRun';
import { phases } from '../contract/phases';
import { sayFallenShort } from '../operations/words/embedWords';
import { formatDriftInNats } from '../words/drift';
import { sayPhase } from '../words/phases';
import { discardRun, findRuns, requestControl, type Run } from '../jobs/runs';
import { embedOutcomeSchema } from '../contract/declarations/embed';
import type { Call } from './edge';
import { exitCodeHelp, resumeEmbed } from './embedCommand';
import { trustOption } from './foreignRun';
import { runHere } from './localWork';
import { addCommand } from './options';
import { formatDuration } from './progressLine';

type ShownRun = DeeplyReadonly<ResultOf<typeof showRun>>;

/** Adds `runs list | show | pause | resume | stop | cancel | discard`. */
export function addRunsCommands(program: Command, call: Call): void {
  const runs = program.command('runs').description('list and control runs; RUN is a folder such as OUT.run');
  addList(runs, call);
  addShow(runs, call);
  const add = (usage: string, description: string, act: (folder: string) => Promise<void>): Command =>
    addCommand(runs, `${usage} <run>`, description).action((run: string) => act(resolve(run)));
  const request = (name: 'pause' | 'stop' | 'cancel', sentence: string) => async (folder: string) => {
    await requestControl(folder, name);
    call.output.result({ run: folder, requested: name }, [sentence]);
  };
  add(
    'pause',
    'save and end the run, to be resumed later',
    request('pause', 'The run will save its state and end.'),
  );
  add(
    'stop',
    'end training now and keep the result',
    request('stop', 'The run will end its training and write the copy.'),
  );
  add('cancel', 'save and end the run', request('cancel', 'The run will save its state and end.'));
  addCommand(runs, 'resume <run>', 'resume a run that ended early')
    .addOption(trustOption())
    .addHelpText('after', `\n${exitCodeHelp}`)
    .action((run: string, { yes }: { yes: boolean }) => resumeEmbed(call, resolve(run), yes));
  add('discard', 'remove the folder of a run that is not running', async (folder) => {
    await discardRun(folder);
    call.output.result({ run: folder, discarded: true }, [`${folder} was removed.`]);
  });
}

function addList(runs: Command, call: Call): void {
  addCommand(runs, 'list [dir]', 'list the runs in a folder and up to two levels below it').action(
    async (dir = '.') => {
      const found = await findRuns(resolve(dir as string));
      const lines = [
        ...found.runs.map(describeRun),
        ...found.unreadable.map((folder) => `unreadable   ${folder} ("runs show" says why)`),
      ];
      const runsFound = found.runs.map(({ folder, job, ...rest }) => ({
        run: folder,
        operation: job.operation,
        ...rest,
      }));
      const result = { runs: runsFound, unreadable: found.unreadable };
      call.output.result(result, lines.length === 0 ? ['No runs found here.'] : lines);
    },
  );
}

function addShow(runs: Command, call: Call): void {
  addCommand(runs, 'show <run>', showRun.description).action(async (run: string) => {
    const asked = { operation: showRun, request: { run: resolve(run) }, secrets: {} };
    const shown = await runHere(call, asked, async () => (await import('../jobs/showRun')).showRun);
    call.output.result(shown, describeShown(shown));
  });
}

/** That its copy falls short comes before everything else, with what to do about it. */
function describeShown(shown: ShownRun): string[] {
  const { operation, does, model, keys, out, lastCheck, savedStep, failure, next } = shown;
  const fallenShort = sayFallenShort(shown);
  const facts: Readonly<Record<string, string | undefined>> = {
    Model: model,
    'Key set': keys,
    Output: out,
    State: describeState(shown),
    'Last check': lastCheck && describeCheck(lastCheck, shown.driftBudget),
    Saved: savedStep === undefined ? undefined : `step ${savedStep}`,
    Why: failure?.message,
    Next: fallenShort.length === 0 ? next : undefined,
  };
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  return [
    ...fallenShort,
    does === undefined ? operation : `${operation}: ${does}`,
    ...known.map(([name, value]) => `${name}: ${value}`),
  ];
}

/** "running, asked to pause; training, step 40 of 120, 3 min left". */
function describeState({ status, asked, phase, done, total, secondsLeft }: ShownRun): string {
  const state = asked === undefined ? status : `${status}, asked to ${asked}`;
  if (status === 'done' || phase === undefined) return state;
  const step = phase === phases.training ? 'step ' : '';
  const share = done === undefined || total === undefined ? '' : `, ${step}${done} of ${total}`;
  return `${state}; ${sayPhase(phase)}${share}${secondsLeft === undefined ? '' : `, ${formatDuration(secondsLeft)} left`}`;
}

function describeCheck(
  { step, recall, drift }: NonNullable<ShownRun['lastCheck']>,
  budget: number | undefined,
): string {
  return [
    `step ${step}`,
    // Rounded down, as the progress line does: all is never said of less.
    ...(recall === undefined ? [] : [`${Math.floor(recall * 100 + 1e-6)} % of the keys answer`]),
    ...(drift === undefined ? [] : [`drift ${formatDriftInNats({ kl: drift, budget })}`]),
  ].join(', ');
}

function describeRun({ status, job, folder, lastProgress, isSaved, failure, result }: Run): string {
  const words = [status.padEnd(11), job.operation, folder];
  if (status === 'failed' && failure !== undefined) words.push(`(${failure.message})`);
  else if (status !== 'done' && lastProgress !== undefined) words.push(`(${describeStage(lastProgress)})`);
  if (status === 'done' && fallsShort(result)) words.push('(not ready to publish)');
  if (isSaved && status !== 'done' && status !== 'running') words.push('(can be resumed)');
  return words.join('  ');
}

function fallsShort(result: unknown): boolean {
  return (embedOutcomeSchema.safeParse(result).data?.shortfalls.length ?? 0) > 0;
}

function describeStage({ phase, done, total }: NonNullable<Run['lastProgress']>): string {
  const words = sayPhase(phase);
  return done === undefined || total === undefined ? words : `${words}, ${done} of ${total}`;
}
