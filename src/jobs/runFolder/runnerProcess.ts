import { realpathSync } from 'node:fs';
import type { ProcessFacts } from '../../common/processIdentity';

/** The bundle of runner.ts, in whatever version and place. */
const runner = /[\\/]runner\.cjs$/;

/**
 * Whether the system shows a process as the runner of a run folder: `node …/runner.cjs RUN_FOLDER`, which is how
 * a run is started. Only such a process is ever sent a signal.
 */
export function isRunnerOf(runFolder: string, { command }: ProcessFacts): boolean {
  if (command === undefined) return false;
  if (typeof command === 'string') return isRunnerLine(runFolder, command);
  const [program, folder] = command.slice(-2);
  return command.length >= 3 && runner.test(program!) && resolveLinks(folder!) === resolveLinks(runFolder);
}

/** The same where the system joins the arguments with spaces. */
function isRunnerLine(runFolder: string, line: string): boolean {
  const folder = [runFolder, resolveLinks(runFolder)].find((path) => line.endsWith(` ${path}`));
  return folder !== undefined && runner.test(line.slice(0, -folder.length - 1));
}

function resolveLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
