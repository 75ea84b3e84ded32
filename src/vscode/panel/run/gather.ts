import { access } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Declaration } from '../../../contract/declaration';
import { createKeySet } from '../../../contract/declarations/createKeySet';
import { drift } from '../../../contract/declarations/drift';
import { verify } from '../../../contract/declarations/verify';
import { readKeyFilePublic } from '../../../fingerprint/keyFile';
import { planAnswers } from '../../../protocol/planAnswers';
import type { Stage, StateRow } from '../../../protocol/panel/parts';
import { sayNotReady, type FallenShort } from '../../../reports/notReady';
import { formatOf, formatSignedPercent } from '../../../reports/words';
import type { WorkspaceIndex } from '../../index/workspaceIndex';
import { describePhase } from '../../runs/runNames';
import { isAlive, modelOf, type KnownRun } from '../../runs/knownRun';
import type { RunService } from '../../runs/runService';
import { readEmbedResult, readEmbedRun, type EmbedRun } from '../../runs/embedRun';
import { readRunRecipe } from '../../runs/runHistory';
import { traceRun, type RunTrace } from '../../runs/runTrace';
import { tryToPlan } from '../recipe/gather';
import type { ModelCatalogue } from '../model/catalogue';
import { countAnswered, type ReleaseFacts } from '../report/show';
import { keyRules } from '../keys/show';
import type { RunFacts } from './show';

export interface RunSources {
  readonly runs: RunService;
  readonly index: WorkspaceIndex;
  readonly catalogue: ModelCatalogue;
}

/** An embedding of the chosen model. */
interface Embedding extends EmbedRun {
  readonly run: KnownRun;
}

/** Keys of a set that cannot be read any more. */
const usualKeyCount = 64;

/** Gathers what the panel shows of the runs of a model, and keeps what does not change. */
export class RunGatherer {
  /** The last journal that was gathered, and what it was gathered from. */
  private traced: { readonly version: string; readonly trace: RunTrace } | undefined;
  private readonly keyCounts = new Map<string, number>();

  constructor(private readonly sources: RunSources) {}

  /** The embedding of this model that matters now: the one that lives, else the youngest. */
  async gatherRun(model: string): Promise<RunFacts | undefined> {
    const embeddings = this.listEmbeddings(model);
    const shown = embeddings.find(({ run }) => isAlive(run)) ?? embeddings[0];
    if (!shown) return undefined;
    const { run, out, keys } = shown;
    const recipe = await readRunRecipe(run.folder);
    const keyCount = await this.countKeys(keys);
    const { described } = await this.sources.catalogue.describe(model);
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

  /** The newest finished embedding of this model whose output is still there. */
  async gatherRelease(model: string): Promise<ReleaseFacts | undefined> {
    for (const { run, keys, out } of this.listEmbeddings(model)) {
      const result = readEmbedResult(run);
      if (!result || !(await exists(out))) continue;
      const { index, catalogue } = this.sources;
      return {
        result,
        runFolder: run.folder,
        keySet: keys,
        keyCount: await this.countKeys(keys),
        driftBudget: (await readRunRecipe(run.folder))?.driftBudget,
        sizeBytes: (await catalogue.describe(out)).described?.facts.storedBytes,
        verdict: index.verdictOf(out),
        drift: index.driftOf(out),
        verifying: this.describeWork(verify, out),
        measuring: this.describeWork(drift, out),
      };
    }
    return undefined;
  }

  /** The marked releases of a model that are still there, the newest first. */
  async listReleases(model: string): Promise<StateRow[]> {
    const rows: StateRow[] = [];
    for (const { run, keys, out } of this.listEmbeddings(model)) {
      const result = readEmbedResult(run);
      if (!result || !(await exists(out))) continue;
      const { index } = this.sources;
      const verdict = index.verdictOf(out)?.report.verdict.kind;
      const keyCount = await this.countKeys(keys);
      const rise = index.driftOf(out)?.report.lossRise.value ?? result.drift.lossRise;
      const fallenShort = (await this.sources.catalogue.describe(out)).described?.facts.notReady;
      if (fallenShort) {
        rows.push(showNotReady(out, { keyCount, ...fallenShort }));
        continue;
      }
      rows.push({
        state: verdict === undefined || verdict === 'undetermined' ? 'unknown' : verdict,
        name: basename(out),
        detail: `${formatOf(countAnswered({ result, keyCount }), keyCount)} keys, drift ${formatSignedPercent(rise, 2)}${verdict === undefined ? ', not verified yet' : ''}`,
        action: { title: basename(out), request: { type: 'openPath', path: out } },
      });
    }
    return rows;
  }

  /** The drawing of a key set for this model that goes on now. */
  findDrawing(model: string): { readonly folder: string; readonly stage: Stage } | undefined {
    const run = this.findLive(createKeySet, model);
    if (!run) return undefined;
    const { phase, done, total } = run.lastProgress ?? { phase: 'starting' };
    const words = phase.charAt(0).toUpperCase() + phase.slice(1);
    return { folder: run.folder, stage: { phase: words, done: done ?? null, total: total ?? null } };
  }

  /** How far a work on a release is that goes on now. */
  private describeWork(operation: Declaration, release: string): string | undefined {
    const run = this.findLive(operation, release);
    return run && describePhase(run);
  }

  private findLive({ name }: Declaration, model: string): KnownRun | undefined {
    return this.sources.runs.runs.find(
      (run) => isAlive(run) && run.job.operation === name && modelOf(run) === model,
    );
  }

  private listEmbeddings(model: string): Embedding[] {
    return this.sources.runs.runs.flatMap((run) => {
      const embedding = readEmbedRun(run);
      return embedding?.model === model ? [{ run, ...embedding }] : [];
    });
  }

  /** Reads the journal of a run that has ended only once: it may be long. */
  private async trace(run: KnownRun): Promise<RunTrace> {
    const { folder, state, startedAt, endedAt } = run;
    const ended = isAlive(run) ? undefined : `${folder} ${state} ${startedAt} ${endedAt}`;
    if (ended !== undefined && this.traced?.version === ended) return this.traced.trace;
    const lines = await this.sources.runs.journal(folder);
    const version = ended ?? `${folder} ${lines.length}`;
    if (this.traced?.version !== version) this.traced = { version, trace: traceRun(lines) };
    return this.traced.trace;
  }

  private async countKeys(path: string): Promise<number> {
    const known = this.keyCounts.get(path);
    if (known !== undefined) return known;
    const header = await readKeyFilePublic(path).catch(() => undefined);
    if (header) this.keyCounts.set(path, header.keyCount);
    return header?.keyCount ?? usualKeyCount;
  }
}

function showNotReady(out: string, fallenShort: FallenShort): StateRow {
  const name = basename(out);
  return {
    state: 'warning',
    name,
    detail: `${sayNotReady(fallenShort)}.`,
    action: { title: name, request: { type: 'openPath', path: out } },
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
