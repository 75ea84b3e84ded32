import { existsSync, lstatSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import * as vscode from 'vscode';
import type { Declaration, Secrets } from '../../contract/declaration';
import type { PlacementWish } from '../../contract/devices';
import { cancelRun } from '../../jobs/cancelRun';
import type { ChildEnd } from '../../jobs/parent/childProcess';
import { errorLogPath, jobPath, type Job } from '../../jobs/runFolder/jobFile';
import { journalPath, readJournal, type JournalLine } from '../../jobs/runFolder/journal';
import { prepareCheckpointRun, readRecordedRequest } from '../../jobs/checkpointRun';
import { findLiveOwner } from '../../jobs/runFolder/lock';
import { recordDeath } from '../../jobs/recordEnd';
import { discardRun, requestControl } from '../../jobs/runs';
import { startDetached } from '../../jobs/parent/startDetached';
import { requireTrust } from '../trust';
import { isAlive, type KnownRun } from './knownRun';
import { describeStarting, readKnownRun, retryWords } from './readKnownRun';
import type { ResumeOptions } from './locateRun';
import type { RunFolders } from './runFolders';
import { RunFollower } from './runFollower';

interface RunServiceOptions {
  readonly folders: RunFolders;
  /** The bundled runner.ts. */
  readonly runnerPath: string;
  /** Where and how models run. */
  readonly placement: () => PlacementWish;
  /** Threads that the user allows; 0 leaves one core to the editor. */
  readonly threads: () => number;
  /** Runs in the extension's storage that are kept after they have ended. */
  readonly keepFinished: () => number;
  /** Called with errors for which nobody waits. */
  readonly onError: (error: unknown) => void;
  /** Called with a folder that cannot be read, and why; it gets no row and keeps no other from getting one. */
  readonly onUnreadable: (folder: string, error: unknown) => undefined;
}

/** Starts, follows and steers runs, and finds those of earlier windows again. All its knowledge is on disk. */
export class RunService implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<KnownRun>();
  private readonly removed = new vscode.EventEmitter<string>();
  /** A run is new, has news, or has ended. */
  readonly onDidChangeRun = this.changed.event;
  /** Carries the folder of a run that no longer exists. */
  readonly onDidRemoveRun = this.removed.event;
  private readonly known = new Map<string, KnownRun>();
  private readonly followers = new Map<string, RunFollower>();
  /** Runs whose end this window is about to record, with the number of parties that do so. */
  private readonly holds = new Map<string, number>();
  private readonly attended = new Set<string>();
  /** The version of a run's journal when a search last read it. */
  private readonly versions = new Map<string, string>();
  private searching: Promise<void> | undefined;

  constructor(private readonly options: RunServiceOptions) {}

  /** The newest first. */
  get runs(): readonly KnownRun[] {
    return [...this.known.values()].sort((a, b) => (a.job.createdAt < b.job.createdAt ? 1 : -1));
  }

  get(folder: string): KnownRun | undefined {
    return this.known.get(folder);
  }

  /** Every line of a run's journal so far, in the order of writing. */
  async journal(folder: string): Promise<readonly JournalLine[]> {
    return this.followers.get(folder)?.lines ?? readJournal(folder);
  }

  /** A new folder for a run that makes no checkpoint, in the extension's own storage. */
  async newRunFolder(name: string): Promise<string> {
    return this.options.folders.reserve(name);
  }

  /**
   * Starts a run in its own process, which outlives the window; returns once it works. An embedding's run
   * folder is its output's path with `.run`.
   * @throws UserError `not-trusted`, `run-exists`, `output-exists`, and as startDetached.
   */
  async start<Request>(
    { name, traits }: Declaration<string, Request>,
    request: Request,
    secrets: Secrets,
    runFolder: string,
  ): Promise<KnownRun> {
    requireTrust();
    if (traits.makesCheckpoint) await prepareCheckpointRun(name, request, runFolder, false);
    const threads = this.options.threads();
    const job = { operation: name, request, threads: threads > 0 ? threads : allButOne() };
    return this.launch(runFolder, job, secrets);
  }

  /**
   * Waits until no process works on the run any more.
   * @throws UserError `not-found` when there is no such run.
   */
  async waitForEnd(folder: string): Promise<KnownRun> {
    const follower = this.followers.get(folder);
    return follower === undefined ? readKnownRun(folder) : follower.ended;
  }

  /** The same for a caller that shows the user how the run ended, so that no notification has to. */
  async attend(folder: string): Promise<KnownRun> {
    this.attended.add(folder);
    try {
      return await this.waitForEnd(folder);
    } finally {
      this.attended.delete(folder);
    }
  }

  isAttended(folder: string): boolean {
    return this.attended.has(folder);
  }

  /**
   * Saves and ends, to be resumed later.
   * @throws UserError `not-running`.
   */
  async pause(folder: string): Promise<void> {
    await this.request(folder, 'pause');
  }

  /**
   * Ends now and keeps the result so far (an embedding writes its release).
   * @throws UserError `not-running`.
   */
  async stop(folder: string): Promise<void> {
    await this.request(folder, 'stop');
  }

  /**
   * Saves and ends; a process that does not is killed after a while. Returns when the run has ended. A run
   * that was cancelled before its first save leaves nothing behind.
   */
  async cancel(folder: string): Promise<void> {
    await this.hold(folder, () => cancelRun(folder));
    const run = await this.waitForEnd(folder);
    if (run.state === 'cancelled' && !run.isSaved) await this.discard(folder);
  }

  /**
   * Resumes from the last save with the original request and number of threads, but where and how the
   * settings now say: a user who ran out of memory may have changed them.
   * @throws UserError `not-trusted`, `not-resumable`, `foreign-run`, and as start.
   */
  async resume(
    folder: string,
    secrets: Secrets,
    { places, mayBeForeign = false }: ResumeOptions = {},
  ): Promise<KnownRun> {
    requireTrust();
    const { job } = await readKnownRun(folder);
    const recorded = readRecordedRequest(job, folder);
    const request = { ...recorded, ...places, memoryBytes: undefined, ...this.options.placement() };
    const plan = await prepareCheckpointRun(job.operation, request, folder, true, mayBeForeign);
    if (plan.mode === 'finished') return this.note(await readKnownRun(folder));
    const threads = job.threads ?? availableParallelism();
    const resumed = {
      operation: job.operation,
      request: { ...request, resume: plan.mode === 'resume' },
      threads,
    };
    return this.launch(folder, resumed, secrets);
  }

  /**
   * Starts a run that ended early from its last save only to write the copy with what it had learnt, and to
   * check it.
   * @throws UserError as resume.
   */
  async stopFromSave(folder: string, secrets: Secrets, options: ResumeOptions = {}): Promise<void> {
    const run = await this.resume(folder, secrets, options);
    if (isAlive(run)) await this.stop(folder);
  }

  /**
   * Removes a run's folder with its journal and last save.
   * @throws UserError `already-running`.
   */
  async discard(folder: string): Promise<void> {
    await discardRun(folder);
    await this.forget(folder);
  }

  /** Removes every run in the extension's own storage that has ended. */
  async dropFinished(): Promise<void> {
    await this.dropEndedAfter(0);
  }

  /** Searches the disk for runs; joins a search in progress. */
  refresh(): Promise<void> {
    this.searching ??= this.search().finally(() => (this.searching = undefined));
    return this.searching;
  }

  dispose(): void {
    for (const follower of this.followers.values()) follower.dispose();
    this.changed.dispose();
    this.removed.dispose();
  }

  private async launch(
    runFolder: string,
    job: Pick<Job, 'operation' | 'request'> & { readonly threads: number },
    secrets: Secrets,
  ): Promise<KnownRun> {
    const { runnerPath, folders, onError } = this.options;
    const { operation } = job;
    this.note(describeStarting(runFolder, job, await this.journal(runFolder).catch(() => [])));
    try {
      const retry = retryWords(operation);
      const child = await startDetached({ ...job, runFolder, secrets, runnerPath, retry });
      await folders.remember(runFolder);
      this.hold(runFolder, async () => this.settle(runFolder, await child.ended)).catch(onError);
    } catch (error) {
      await this.dropFailedStart(runFolder);
      throw error;
    }
    return this.note(await readKnownRun(runFolder, this.holds.has(runFolder)));
  }

  /** A run that never worked leaves no row, unless an earlier part of it is worth resuming. */
  private async dropFailedStart(runFolder: string): Promise<void> {
    const run = existsSync(jobPath(runFolder)) ? await readKnownRun(runFolder) : undefined;
    if (run === undefined) await this.forget(runFolder);
    else if (run.isSaved || isAlive(run) || existsSync(errorLogPath(runFolder))) this.note(run);
    else await this.discard(runFolder);
  }

  /** Makes sure that the journal of a run whose process has ended says how. */
  private async settle(folder: string, end: ChildEnd): Promise<void> {
    const run = this.known.get(folder);
    // Whoever cancels a run records its end.
    if (run === undefined || run.state === 'cancelling') return;
    await recordDeath(folder, end, retryWords(run.job.operation));
  }

  /** Makes a run count as alive until the work that records its end is done. */
  private async hold(folder: string, work: () => Promise<void>): Promise<void> {
    this.holds.set(folder, (this.holds.get(folder) ?? 0) + 1);
    try {
      await work();
    } finally {
      const others = this.holds.get(folder)! - 1;
      if (others > 0) this.holds.set(folder, others);
      else this.holds.delete(folder);
      await this.followers.get(folder)?.readNews();
    }
  }

  private async request(folder: string, request: 'pause' | 'stop'): Promise<void> {
    await requestControl(folder, request);
    await this.followers.get(folder)?.readNews();
  }

  /** Adds or updates a run, follows it while it is alive, and reports the change. */
  private note(run: KnownRun): KnownRun {
    this.known.set(run.folder, run);
    if (isAlive(run) && run.state !== 'starting') this.follow(run);
    this.changed.fire(run);
    return run;
  }

  private follow({ folder, job }: KnownRun): void {
    if (this.followers.has(folder)) return;
    const isLive = (): boolean => this.holds.has(folder) || findLiveOwner(folder) !== undefined;
    const follower = new RunFollower(folder, job, isLive, (run) => {
      this.known.set(folder, run);
      this.changed.fire(run);
    });
    this.followers.set(folder, follower);
    void follower.ended.then(() => {
      this.followers.delete(folder);
      return this.dropOldest().catch(this.options.onError);
    });
  }

  private async search(): Promise<void> {
    const folders = new Set(await this.options.folders.list());
    for (const folder of this.known.keys())
      if (!folders.has(folder) && !existsSync(folder)) await this.forget(folder);
    for (const folder of folders) {
      if (this.followers.has(folder) || this.known.get(folder)?.state === 'starting') continue;
      const version = versionOf(folder);
      if (this.known.has(folder) && this.versions.get(folder) === version) continue;
      const run = await readKnownRun(folder).catch((error: unknown) =>
        this.options.onUnreadable(folder, error),
      );
      this.versions.set(folder, version);
      if (run === undefined) await this.forget(folder);
      else this.note(run);
    }
    await this.dropOldest();
  }

  private async forget(folder: string): Promise<void> {
    this.followers.get(folder)?.dispose();
    this.followers.delete(folder);
    await this.options.folders.forget(folder);
    this.versions.delete(folder);
    if (this.known.delete(folder)) this.removed.fire(folder);
  }

  /** Of the ended runs in the extension's own storage, only the newest are kept. */
  private async dropOldest(): Promise<void> {
    await this.dropEndedAfter(this.options.keepFinished());
  }

  private async dropEndedAfter(kept: number): Promise<void> {
    const ended = this.runs.filter((run) => this.options.folders.isOwn(run.folder) && !isAlive(run));
    for (const { folder } of ended.slice(kept)) await this.discard(folder);
  }
}

/** Changes whenever a run has news. */
function versionOf(folder: string): string {
  const journal = lstatSync(journalPath(folder), { throwIfNoEntry: false });
  return `${journal?.size ?? ''} ${journal?.mtimeMs ?? ''}`;
}

/** Leaves the editor its share of the cores. */
function allButOne(): number {
  return Math.max(availableParallelism() - 1, 1);
}
