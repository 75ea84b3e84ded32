import { basename } from 'node:path';
import * as vscode from 'vscode';
import { Cancelled, UserError } from '../../common/errors';
import { drift } from '../../contract/declarations/drift';
import type { CompareSnapshot } from '../../protocol/compare';
import { formatCounted } from '../../words/numbers';
import { findLiveRun, findReleases } from '../panel/modelRuns';
import { startMeasuring } from '../reports/startReported';
import { findBudget } from '../runs/ends/releaseDrift';
import { nameReleaseOf } from '../runs/runNames';
import type { Services } from '../services';
import { requireTrust } from '../trust';
import { isMeasuredAlike } from './measuredAlike';

/** A release that has no measurement like those of the others. */
interface Unmeasured {
  readonly folder: string;
  readonly name: string;
  /** The drift budget of its recipe, in nats a token. */
  readonly budget: number | undefined;
}

/** The releases of a base that still have to be measured on the bundled text by this version, the newest first. */
export async function listUnmeasured(
  { runs, index }: Pick<Services, 'runs' | 'index'>,
  base: string,
): Promise<Unmeasured[]> {
  const found: Unmeasured[] = [];
  for await (const embedding of findReleases({ runs, index }, base)) {
    const { out: folder, result, run } = embedding;
    const measured = index.driftOf(folder);
    if (measured && isMeasuredAlike(measured.report)) continue;
    found.push({ folder, name: nameReleaseOf(embedding), budget: findBudget(result, run.folder) });
  }
  return found;
}

/** Measures the drift of the releases of a base, one after another: each needs the memory of two models. */
export class DriftSeries implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private at: { readonly base: string; readonly done: number; readonly total: number } | undefined;

  constructor(private readonly services: Services) {}

  /** How far the series of a base is; null where there is none. */
  progressOf(base: string): CompareSnapshot['measuring'] {
    return this.at?.base === base ? { done: this.at.done, total: this.at.total } : null;
  }

  /**
   * Measures every release that has no measurement like the others', until the user cancels. A release that cannot be
   * measured is reported and does not keep the others from it.
   * @throws UserError `not-trusted`, and `already-running` while there is a series.
   */
  async measure(base: string): Promise<void> {
    requireTrust();
    if (this.at)
      throw new UserError('already-running', 'Releases are being measured.', 'Wait until they are done.');
    const releases = await listUnmeasured(this.services, base);
    if (releases.length === 0) {
      void vscode.window.showInformationMessage(
        `Every release of ${basename(base)} is already measured on the same text by this version.`,
      );
      return;
    }
    try {
      const measured = await vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Notification,
          title: `Measuring drift of ${formatCounted(releases.length, 'release')} of ${basename(base)}`,
          cancellable: true,
        },
        (progress, token) => this.measureEach(base, releases, { progress, token }),
      );
      void vscode.window.showInformationMessage(
        `Measured ${formatCounted(measured, 'release')} of ${basename(base)} on the same text.`,
      );
    } finally {
      this.note(undefined);
    }
  }

  dispose(): void {
    this.changed.dispose();
  }

  /** @returns how many were measured. @throws Cancelled. */
  private async measureEach(
    base: string,
    releases: readonly Unmeasured[],
    { progress, token }: Following,
  ): Promise<number> {
    const total = releases.length;
    let measured = 0;
    for (const [done, release] of releases.entries()) {
      this.note({ base, done, total });
      progress.report({ message: `${release.name} (${done + 1} of ${total})`, increment: 0 });
      try {
        await this.measureOne(base, release, token);
        measured++;
      } catch (error) {
        if (error instanceof Cancelled) throw error;
        this.services.showError(error);
      }
      progress.report({ increment: 100 / total });
    }
    return measured;
  }

  /** Waits for a measurement of this release that is already in progress, else starts one. */
  private async measureOne(
    base: string,
    { folder: model, budget }: Unmeasured,
    token: vscode.CancellationToken,
  ): Promise<void> {
    const { runs, index } = this.services;
    if (token.isCancellationRequested) throw new Cancelled();
    const folder =
      findLiveRun(runs, drift, model)?.folder ??
      (await startMeasuring(this.services, { model, base, budget }));
    const cancel = (): void => void runs.cancel(folder).catch(this.services.showError);
    // A token that was cancelled during the start tells it at once.
    const watch = token.onCancellationRequested(cancel);
    try {
      const run = await runs.attend(folder);
      if (run.failure) throw new UserError(run.failure.reason, run.failure.message, run.failure.next);
      if (run.state !== 'done') throw new Cancelled();
      await index.refresh();
    } finally {
      watch.dispose();
    }
  }

  private note(at: typeof this.at): void {
    this.at = at;
    this.changed.fire();
  }
}

/** The notification that shows the series, and whether its user cancelled. */
interface Following {
  readonly progress: vscode.Progress<{ message?: string; increment?: number }>;
  readonly token: vscode.CancellationToken;
}
