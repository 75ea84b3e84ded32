import type { Declaration } from '../../../contract/declaration';
import { drift } from '../../../contract/declarations/drift';
import { verify } from '../../../contract/declarations/verify';
import { findBudget } from '../../runs/releaseDrift';
import { describePhase } from '../../runs/runNames';
import type { RunService } from '../../runs/runService';
import { findLiveRun, findReleases, type RunSources } from '../modelRuns';
import type { ReleaseFacts } from './show';

/** The newest finished embedding of this model whose output still exists. */
export async function gatherRelease(sources: RunSources, model: string): Promise<ReleaseFacts | undefined> {
  const { runs, index, catalogue, keyCounts } = sources;
  for await (const { run, keys, out, result } of findReleases(runs, model))
    return {
      result,
      runFolder: run.folder,
      keySet: keys,
      keyCount: await keyCounts.count(keys),
      driftBudget: findBudget(result, run.folder),
      sizeBytes: (await catalogue.describe(out)).described?.facts.storedBytes,
      verdict: index.verdictOf(out),
      drift: index.driftOf(out),
      verifying: describeWork(runs, verify, out),
      measuring: describeWork(runs, drift, out),
    };
  return undefined;
}

/** The progress of an operation on a release that is running. */
function describeWork(runs: RunService, operation: Declaration, release: string): string | undefined {
  const run = findLiveRun(runs, operation, release);
  return run && describePhase(run);
}
