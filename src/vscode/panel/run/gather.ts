import { planAnswers } from '../../../protocol/planAnswers';
import { readRunRecipe } from '../../../jobs/runFolder/runRecipe';
import { isAlive, type KnownRun } from '../../runs/knownRun';
import { traceRun, type RunTrace } from '../../runs/runTrace';
import { keyRules } from '../keys/show';
import type { Embedding, RunSources } from '../modelRuns';
import { tryToPlan } from '../recipe/gather';
import type { RunFacts } from './show';

/** Gathers what the step Run shows, and caches what does not change. */
export class RunGatherer {
  /** The last journal that was gathered, and the version it was gathered from. */
  private traced: { readonly version: string; readonly trace: RunTrace } | undefined;

  constructor(private readonly sources: RunSources) {}

  async gather({ run, model, out, keys }: Embedding): Promise<RunFacts> {
    const { catalogue, keyCounts } = this.sources;
    const recipe = readRunRecipe(run.folder);
    const keyCount = await keyCounts.count(keys);
    const { described } = await catalogue.describe(model);
    const plan = recipe && described && tryToPlan(described, recipe, keyCount);
    return {
      run,
      trace: await this.trace(run),
      out,
      recipe,
      parameters: described?.facts.parameters,
      trainedParameters: plan?.trainedParameters,
      keyCount,
      keysNeeded: planAnswers(keyCount, keyRules).needed,
    };
  }

  /** Reads the journal of an ended run only once: it may be long. */
  private async trace(run: KnownRun): Promise<RunTrace> {
    const { folder, state, startedAt, endedAt } = run;
    const ended = isAlive(run) ? undefined : `${folder} ${state} ${startedAt} ${endedAt}`;
    if (ended !== undefined && this.traced?.version === ended) return this.traced.trace;
    const lines = await this.sources.runs.journal(folder);
    const version = ended ?? `${folder} ${lines.length}`;
    if (this.traced?.version !== version) this.traced = { version, trace: traceRun(lines) };
    return this.traced.trace;
  }
}
