import { exists } from '../../common/files';
import type { Declaration } from '../../contract/declaration';
import { nextRun } from '../../protocol/panel/requests';
import type { WorkspaceIndex } from '../index/workspaceIndex';
import { readEmbedResult, type EmbedRun, type RecordedEmbedding } from '../runs/embedRun';
import { isAlive, modelOf, type KnownRun } from '../runs/knownRun';
import { locateEmbedding } from '../runs/locateRun';
import type { RunService } from '../runs/runService';
import type { KeyCounts } from './keys/counts';
import type { ModelCatalogue } from './model/catalogue';
import type { PublishTicks } from './report/publishTicks';

/** The sources of what the steps show about the runs of a model. */
export interface RunSources {
  readonly runs: RunService;
  readonly index: WorkspaceIndex;
  readonly catalogue: ModelCatalogue;
  readonly keyCounts: KeyCounts;
  readonly ticks: PublishTicks;
}

/** An embedding into the chosen model. */
export interface Embedding extends EmbedRun {
  readonly run: KnownRun;
}

/** A finished one, with its recorded result. */
interface FinishedEmbedding extends Embedding {
  readonly result: RecordedEmbedding;
}

/** The embeddings into a model, the newest first. */
export function listEmbeddings(
  { runs, index }: Pick<RunSources, 'runs' | 'index'>,
  model: string,
): Embedding[] {
  return runs.runs.flatMap((run) => {
    const embedding = locateEmbedding(run, index);
    return embedding?.model === model ? [{ run, ...embedding }] : [];
  });
}

/**
 * The embedding that Run and Report show: the one the user chose while it exists, else the live one, else the
 * newest. Undefined when there is none, or when the next run is shown.
 */
export function findShown(embeddings: readonly Embedding[], chosen: string | null): Embedding | undefined {
  if (chosen === nextRun) return undefined;
  return (
    embeddings.find(({ run }) => run.folder === chosen) ??
    embeddings.find(({ run }) => isAlive(run)) ??
    embeddings[0]
  );
}

/** The finished embeddings into a model whose outputs still exist, the newest first. */
export async function* findReleases(
  sources: Pick<RunSources, 'runs' | 'index'>,
  model: string,
): AsyncGenerator<FinishedEmbedding> {
  for (const embedding of listEmbeddings(sources, model)) {
    const result = readEmbedResult(embedding.run);
    if (result && (await exists(embedding.out))) yield { ...embedding, result };
  }
}

/** The finished embedding that made a checkpoint folder. */
export function findRelease(
  { runs, index }: Pick<RunSources, 'runs' | 'index'>,
  out: string,
): Embedding | undefined {
  for (const run of runs.runs) {
    const embedding = locateEmbedding(run, index);
    if (embedding?.out === out && run.state === 'done') return { run, ...embedding };
  }
  return undefined;
}

/** The models with more than one finished embedding, in the order of their newest. */
export function listComparable({ runs, index }: Pick<RunSources, 'runs' | 'index'>): string[] {
  const counts = new Map<string, number>();
  for (const run of runs.runs.filter(({ state }) => state === 'done')) {
    const model = locateEmbedding(run, index)?.model;
    if (model !== undefined) counts.set(model, (counts.get(model) ?? 0) + 1);
  }
  return [...counts].flatMap(([model, count]) => (count > 1 ? [model] : []));
}

/** The run of this operation that is working on a model. */
export function findLiveRun(runs: RunService, { name }: Declaration, model: string): KnownRun | undefined {
  return runs.runs.find((run) => isAlive(run) && run.job.operation === name && modelOf(run) === model);
}
