import { exists } from '../../common/files';
import type { Declaration } from '../../contract/declaration';
import type { WorkspaceIndex } from '../index/workspaceIndex';
import { readEmbedResult, type EmbedRun, type RecordedEmbedding } from '../runs/embedRun';
import { isAlive, modelOf, type KnownRun } from '../runs/knownRun';
import { locateEmbedding } from '../runs/locateRun';
import type { RunService } from '../runs/runService';
import type { KeyCounts } from './keys/counts';
import type { ModelCatalogue } from './model/catalogue';

/** The sources of what the steps show about the runs of a model. */
export interface RunSources {
  readonly runs: RunService;
  readonly index: WorkspaceIndex;
  readonly catalogue: ModelCatalogue;
  readonly keyCounts: KeyCounts;
}

/** An embedding into the chosen model. */
interface Embedding extends EmbedRun {
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

/** The run of this operation that is working on a model. */
export function findLiveRun(runs: RunService, { name }: Declaration, model: string): KnownRun | undefined {
  return runs.runs.find((run) => isAlive(run) && run.job.operation === name && modelOf(run) === model);
}
