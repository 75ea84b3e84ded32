import { Command, CommanderError } from 'commander';
import { version } from '../../package.json';
import { Cancelled } from '../common/errors';
import { makeStateFolder } from '../common/installation';
import { describeFailure } from '../jobs/failure';
import { removeAbandonedRuns } from '../jobs/runFolder/temporaryRun';
import { dropControls } from '../words/escape';
import { addDoctorCommand } from './doctorCommand';
import type { Call, Edge } from './edge';
import { addEmbedCommand } from './embedCommand';
import { exitCodeOf, exitCodes } from './exitCodes';
import { addKeysCommands } from './keysCommands';
import { addModelCommands } from './modelCommands';
import { createHumanOutput, createJsonOutput, watchWriting, type Trouble } from './output';
import { addRunsCommands } from './runsCommands';

/** Runs one call of the command line (without the names of the executable and the script). Never throws. */
export async function runCommandLine(args: readonly string[], edge: Edge): Promise<number> {
  const writing = watchWriting(edge);
  const isJson = args.includes('--json');
  const output = isJson ? createJsonOutput(edge) : createHumanOutput(edge);
  const call: Call = { ...edge, output, exitCode: exitCodes.done };
  await removeAbandonedRuns();
  const exitCode = await runProgram(args, call, isJson);
  const fault = await writing.findFault();
  if (!fault) return exitCode;
  createHumanOutput(edge).trouble(fault);
  return exitCode === exitCodes.interrupted ? exitCode : exitCodes.failed;
}

async function runProgram(args: readonly string[], call: Call, isJson: boolean): Promise<number> {
  try {
    await createProgram(call, isJson).parseAsync(args, { from: 'user' });
    return call.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return endUsage(error, call, isJson);
    call.output.trouble(describeTrouble(error));
    return exitCodeOf(error);
  }
}

function createProgram(call: Call, isJson: boolean): Command {
  const program = new Command('fingerprint-model')
    .description(
      'Put secret fingerprints into an open-weights language model, and show later that a suspect model learnt from it.',
    )
    .version(version)
    .option('--json', 'print one JSON object per line')
    .showHelpAfterError('Add --help to see how to use the command.')
    .configureOutput({
      writeOut: (text) => void call.stdout.write(keepLines(text)),
      writeErr: (text) => {
        if (!isJson) call.stderr.write(keepLines(text));
      },
    })
    .exitOverride();
  addModelCommands(program, call);
  addKeysCommands(program, call);
  addEmbedCommand(program, call);
  addRunsCommands(program, call);
  addDoctorCommand(program, call);
  return program;
}

/** Commander has printed what is wrong, but not as JSON. Help and version on request are not errors. */
function endUsage(error: CommanderError, call: Call, isJson: boolean): number {
  if (error.exitCode === 0) return exitCodes.done;
  if (isJson)
    call.output.trouble({
      reason: 'wrong-usage',
      message:
        error.code === 'commander.help' ? 'A command is missing.' : error.message.replace(/^error: /, ''),
      next: 'Add --help to see how to use the command.',
    });
  return exitCodes.wrongUsage;
}

/** Help has lines of its own; what it quotes from the arguments may have come from a stranger's file name. */
function keepLines(text: string): string {
  return text.split('\n').map(dropControls).join('\n');
}

/** The details of what nobody foresaw go into a log: words of JavaScript or of a library help no user. */
function describeTrouble(error: unknown): Trouble {
  if (error instanceof Cancelled)
    return { reason: 'interrupted', message: 'Interrupted.', next: 'Run the same command again.' };
  return describeFailure(error, makeStateFolder());
}
