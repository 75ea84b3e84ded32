import { modelOf } from '../../runs/knownRun';
import { readHistory, type EarlierRun } from '../../runs/runHistory';
import type { RunService } from '../../runs/runService';
import type { ModelCatalogue } from '../model/catalogue';
import { totalWork } from './estimate';
import { tryToPlan } from './gather';

/** What finished runs took and cost, for the estimates; read again only when there are others. */
export class PastRuns {
  private known: { readonly version: string; readonly runs: Promise<EarlierRun[]> } | undefined;

  constructor(
    private readonly runs: RunService,
    private readonly catalogue: ModelCatalogue,
  ) {}

  read(device: string): Promise<EarlierRun[]> {
    const done = this.runs.runs.filter((run) => run.state === 'done' && modelOf(run) !== undefined);
    const version = JSON.stringify([device, done.map(({ folder, endedAt }) => [folder, endedAt])]);
    if (this.known?.version !== version)
      this.known = {
        version,
        runs: readHistory(done, device, async (model, recipe, keyCount) => {
          const { described } = await this.catalogue.describe(model);
          const plan = described && tryToPlan(described, recipe, keyCount);
          return plan && totalWork(plan, recipe);
        }),
      };
    return this.known.runs;
  }
}
