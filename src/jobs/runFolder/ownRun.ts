import { isMadeHere } from '../../common/installation';
import { readRunIdentity } from '../../operations/copy/runInputs';
import { readJob, readJobText } from './jobFile';
import { isMoved } from './runPlaces';
import { isSealed } from './seal';

/**
 * Whether this installation began the run that the folder holds now: a run that came from elsewhere may name any
 * model, key set, text and output. One that was moved is known again only if nothing that counts in it changed
 * since its last process ended, and if it recorded which base and key set it may go on with.
 * @throws UserError as readJob.
 */
export async function isOwnRun(runFolder: string): Promise<boolean> {
  if (!isMadeHere('run', readJobText(runFolder))) return false;
  if (!isMoved(await readJob(runFolder), runFolder)) return true;
  return isSealed(runFolder) && readRunIdentity(runFolder) !== undefined;
}
