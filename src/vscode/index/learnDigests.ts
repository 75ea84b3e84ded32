import type * as vscode from 'vscode';
import { isOwnRun } from '../../jobs/runFolder/ownRun';
import { isMoved } from '../../jobs/runFolder/runPlaces';
import { isSealed } from '../../jobs/runFolder/seal';
import type { Services } from '../services';
import { readEmbedResult, readEmbedRun } from '../runs/embedRun';
import type { KnownRun } from '../runs/knownRun';

/**
 * Tells the index the digests of base and copy that embeddings of this installation computed, so that both are found
 * again under other names without reading them. Only a run counts that is where it began and as it ended: the index
 * checks that the files have not changed since.
 */
export function learnDigests({
  runs,
  index,
  showError,
}: Pick<Services, 'runs' | 'index' | 'showError'>): vscode.Disposable {
  const seen = new Set<string>();
  return runs.onDidChangeRun((run) => {
    const name = `${run.folder} ${run.endedAt ?? ''}`;
    if (run.state !== 'done' || seen.has(name)) return;
    seen.add(name);
    learn(index, run).catch(showError);
  });
}

async function learn(index: Services['index'], run: KnownRun): Promise<void> {
  const { folder, job, identity, startedAt, endedAt } = run;
  const [embed, result] = [readEmbedRun(run), readEmbedResult(run)];
  if (!embed || !result || !identity || isMoved(job, folder)) return;
  if (!(await isOwnRun(folder)) || !isSealed(folder)) return;
  await index.noteDigest(embed.model, identity.base, Date.parse(startedAt ?? ''));
  await index.noteDigest(embed.out, result.digest, Date.parse(endedAt ?? ''));
}
