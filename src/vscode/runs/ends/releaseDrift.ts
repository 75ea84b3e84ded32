import type { DriftReport } from '../../../drift/driftReport';
import { readRunRecipe } from '../../../jobs/runFolder/runRecipe';
import { formatDrift, formatDriftInNats, type DriftFigure } from '../../../words/drift';
import { readEmbedResult, type RecordedEmbedding } from '../embedRun';
import type { KnownRun } from '../knownRun';

/**
 * The one drift of a release in lists. Its run measured it on the text that it held back, against its budget, and
 * every release has it; a report measures other text, so it stands in only where no run is known, and says so.
 */
export interface ReleaseDrift extends DriftFigure {
  readonly source: 'run' | 'report';
}

/** Undefined where neither is known. */
export function findReleaseDrift(
  madeBy: Pick<KnownRun, 'folder' | 'result' | 'state'> | undefined,
  report: DriftReport | undefined,
): ReleaseDrift | undefined {
  const made = madeBy && readEmbedResult(madeBy);
  if (made) return { kl: made.drift.kl, budget: findBudget(made, madeBy.folder), source: 'run' };
  return report && { kl: report.kl.value, budget: report.budget, source: 'report' };
}

/** The drift budget of a finished run; journals of 0.1.0 do not hold it, but the recipe beside them does. */
export function findBudget(
  { driftBudget, shortfalls }: Pick<RecordedEmbedding, 'driftBudget' | 'shortfalls'>,
  runFolder: string,
): number | undefined {
  return (
    driftBudget ??
    shortfalls.find(({ kind }) => kind === 'drift')?.limit ??
    readRunRecipe(runFolder)?.driftBudget
  );
}

/** "drift 0.024 of 0.06", or "drift 0.020 of 0.06 in its report". */
export function describeReleaseDrift(drift: ReleaseDrift): string {
  return `drift ${formatDrift(drift)}${drift.source === 'report' ? ' in its report' : ''}`;
}

/** The same with its unit and its source, without a full stop. */
export function explainReleaseDrift(drift: ReleaseDrift): string {
  const source = drift.source === 'run' ? 'measured by its run on held-back text' : 'from its drift report';
  return `${formatDriftInNats(drift)}, ${source}`;
}
