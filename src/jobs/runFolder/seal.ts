import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isMadeHere, rememberMade } from '../../common/installation';
import { readStrictText } from '../../common/strictFile';

/*
 * At its recorded place a run is this installation's own by its job file alone. Anywhere else somebody may have
 * put that file beside a state or a journal of their own, so there everything counts that a resumed run reads.
 */

/** What a run that is resumed reads in its folder. The digest in state.json covers the numbers beside it. */
const filesThatCount = [
  'job.json',
  'inputs.json',
  'recipe.json',
  'probe.json',
  'state.json',
  'journal.jsonl',
];
const mostBytes = 64_000_000;

/** Remembers the content of a run folder as this installation left it. Never throws. */
export function sealRun(runFolder: string): void {
  const content = describeContent(runFolder);
  if (content !== undefined) rememberMade('seal', content);
}

/** Whether a run folder holds exactly what this installation left in one. */
export function isSealed(runFolder: string): boolean {
  const content = describeContent(runFolder);
  return content !== undefined && isMadeHere('seal', content);
}

/** The digest of each file that counts; undefined where one cannot be read. */
function describeContent(runFolder: string): string | undefined {
  try {
    return filesThatCount.map((name) => `${name} ${digestFile(join(runFolder, name))}`).join('\n');
  } catch {
    return undefined;
  }
}

function digestFile(path: string): string {
  const text = readStrictText(path, mostBytes);
  return text === undefined ? '' : createHash('sha256').update(text).digest('hex');
}
