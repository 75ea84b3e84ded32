import { resolve } from 'node:path';
import type { Command } from 'commander';
import { sayPhase } from '../words/phases';
import { discardRun, findRuns, requestControl, type Run } from '../jobs/runs';
import { embedOutcomeSchema } from '../contract/declarations/embed';
import type { Call } from './edge';
import { exitCodeHelp, resumeEmbed } from './embedCommand';
import { addCommand } from './options';

/** Adds `runs list | pause | resume | stop | cancel | discard`. */
export function addRunsCommands(program: Command, call: Call): void {
  const runs = program.command('runs').description('list and control runs; RUN is a folder such as OUT.run');
  addList(runs, call);
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
  add('resume', 'resume a run that ended early', (folder) => resumeEmbed(call, folder)).addHelpText(
    'after',
    `\n${exitCodeHelp}`,
  );
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
        ...found.unreadable.map((folder) => `unreadable   ${folder} (its job file is damaged)`),
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
