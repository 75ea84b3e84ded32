import { basename } from 'node:path';
import type { Recipe } from '../../contract/recipe';
import { findBudget } from '../runs/ends/releaseDrift';
import { readRunRecipe } from '../../jobs/runFolder/runRecipe';
import type { CompareSnapshot, ComparedRelease } from '../../protocol/compare';
import { sayNotReady } from '../../reports/words/notReady';
import type { WorkspaceIndex } from '../index/workspaceIndex';
import { KeyCounts } from '../panel/keys/counts';
import { findReleases } from '../panel/modelRuns';
import { locateEmbedding } from '../runs/locateRun';
import { nameReleaseOf } from '../runs/runNames';
import type { RunService } from '../runs/runService';
import { traceRun } from '../runs/runTrace';
import { listDifferences } from './recipeDifferences';

/** A page shows a few releases; more would be no comparison. */
const mostReleases = 100;

type Release = Omit<ComparedRelease, 'recipe'>;

/** Gathers what the page shows, and caches what does not change. */
export class ReleaseGatherer {
  private readonly keyCounts: KeyCounts;
  /** Checks of finished runs by their folder and end: a journal may be long. */
  private readonly checks = new Map<string, ComparedRelease['checks']>();

  constructor(
    private readonly runs: RunService,
    private readonly index: WorkspaceIndex,
  ) {
    this.keyCounts = new KeyCounts(index);
  }

  /** Models with a finished run, in the order of their newest. */
  listBases(): CompareSnapshot['bases'] {
    const done = this.runs.runs.filter(({ state }) => state === 'done');
    const models = new Set(done.flatMap((run) => locateEmbedding(run, this.index)?.model ?? []));
    return [...models].map((path) => ({ path, name: basename(path) }));
  }

  /** The releases of a model that still exist, the newest first. */
  async listReleases(base: string): Promise<ComparedRelease[]> {
    const found: { release: Release; recipe: Recipe | undefined }[] = [];
    for await (const embedding of findReleases({ runs: this.runs, index: this.index }, base)) {
      if (found.length === mostReleases) break;
      found.push({
        release: await this.describe(embedding),
        recipe: readRunRecipe(embedding.run.folder),
      });
    }
    const differences = listDifferences(found.map(({ recipe }) => recipe));
    return found.map(({ release }, i) => ({ ...release, recipe: differences[i] ?? null }));
  }

  private async describe(embedding: Found): Promise<Release> {
    const { run, out, keys, result } = embedding;
    const keyCount = result.keyCount ?? (await this.keyCounts.count(keys));
    const { index } = this;
    const [verdict, drift, rehearsal] = [index.verdictOf(out), index.driftOf(out), index.rehearsalOf(out)];
    return {
      folder: out,
      name: nameReleaseOf(embedding),
      runFolder: run.folder,
      notReady: result.shortfalls.length > 0 ? sayNotReady({ ...result, keyCount }) : null,
      madeAt: run.endedAt ?? null,
      seconds: result.seconds,
      keyCount,
      answered: finite(Math.round(result.recall * keyCount)),
      kl: finite(result.drift.kl),
      driftBudget: findBudget(result, run.folder) ?? null,
      agreement: drift ? { value: drift.report.agreement.value, report: drift.path } : null,
      verdict: verdict
        ? {
            kind: verdict.report.verdict.kind,
            sentence: verdict.report.verdict.sentence,
            report: verdict.path,
          }
        : null,
      rehearsal: rehearsal ? { rows: rehearsal.report.rows, report: rehearsal.path } : null,
      checks: await this.readChecks(run),
    };
  }

  private async readChecks(run: Found['run']): Promise<ComparedRelease['checks']> {
    const version = `${run.folder} ${run.endedAt}`;
    const known = this.checks.get(version);
    if (known) return known;
    const { checks } = traceRun(await this.runs.journal(run.folder));
    const read = checks.map(({ step, recall, drift }) => ({ step, recall, drift }));
    this.checks.set(version, read);
    return read;
  }
}

type Found = ReturnType<typeof findReleases> extends AsyncGenerator<infer Item> ? Item : never;

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
