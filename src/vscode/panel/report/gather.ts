import { exists } from '../../../common/files';
import type { Declaration } from '../../../contract/declaration';
import { drift } from '../../../contract/declarations/drift';
import { verify } from '../../../contract/declarations/verify';
import { readEmbedResult } from '../../runs/embedRun';
import { findBudget } from '../../runs/ends/releaseDrift';
import { describePhase } from '../../runs/runNames';
import type { RunService } from '../../runs/runService';
import { findLiveRun, type Embedding, type RunSources } from '../modelRuns';
import type { ReleaseFacts } from './show';

/** What an embedding made; undefined until it is done, and where its output no longer exists. */
export async function gatherRelease(
  sources: RunSources,
  { run, keys, out }: Embedding,
): Promise<ReleaseFacts | undefined> {
  const { runs, index, catalogue, keyCounts } = sources;
  const result = readEmbedResult(run);
  if (!result || !(await exists(out))) return undefined;
  return {
    // The copy may have moved since the run recorded where it was.
    result: { ...result, out },
    runFolder: run.folder,
    keySet: keys,
    keyCount: await keyCounts.count(keys),
    driftBudget: findBudget(result, run.folder),
    sizeBytes: (await catalogue.describe(out)).described?.facts.storedBytes,
    verdict: index.verdictOf(out),
    drift: index.driftOf(out),
    rehearsal: index.rehearsalOf(out),
    verifying: describeWork(runs, verify, out),
    measuring: describeWork(runs, drift, out),
    committed: await keyCounts.header(keys),
    isTicked: (subject, task) => sources.ticks.isDone(subject, task),
  };
}

/** The progress of an operation on a release that is running. */
function describeWork(runs: RunService, operation: Declaration, release: string): string | undefined {
  const run = findLiveRun(runs, operation, release);
  return run && describePhase(run);
}
