import type { Declaration } from '../../../contract/declaration';
import { drift } from '../../../contract/declarations/drift';
import { verify } from '../../../contract/declarations/verify';
import { readRunRecipe } from '../../runs/runHistory';
import { describePhase } from '../../runs/runNames';
import type { RunService } from '../../runs/runService';
import { findLiveRun, findReleases, type RunSources } from '../modelRuns';
import type { ReleaseFacts } from './show';

/** The newest finished embedding of this model whose output still exists. */
export async function gatherRelease(sources: RunSources, model: string): Promise<ReleaseFacts | undefined> {
  const { runs, index, catalogue, keyCounts } = sources;
  for await (const { run, keys, out, result } of findReleases(sources, model))
    return {
      // The copy may have moved since the run recorded where it was.
      result: { ...result, out },
      runFolder: run.folder,
      keySet: keys,
      keyCount: await keyCounts.count(keys),
      driftBudget: readRunRecipe(run.folder)?.driftBudget,
      sizeBytes: (await catalogue.describe(out)).described?.facts.storedBytes,
      verdict: index.verdictOf(out),
      drift: index.driftOf(out),
      survival: index.survivalOf(out),
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
