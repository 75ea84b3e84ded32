import * as vscode from 'vscode';
import { reportKinds } from '../../contract/reportKinds';
import type { DriftReport } from '../../drift/driftReport';
import type { FallenShort } from '../../reports/words/notReady';
import type { VerifyReport } from '../../verify/verifyReport';
import { FileCache } from './fileCache';
import type { FoundCheckpoint, FoundKeySet, FoundReport } from './found';
import { holdsFor, type KnownDigest } from './reportHolds';
import { searchFolder, type Finds } from './searchFolder';
import { DiskWatch } from './diskWatch';

/** The content of the workspace as of the last search; follows the disk once it was first requested. */
export class WorkspaceIndex implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private found: {
    readonly checkpoints: readonly FoundCheckpoint[];
    readonly keySets: readonly FoundKeySet[];
    readonly reports: readonly FoundReport[];
    readonly recipes: readonly string[];
  } = { checkpoints: [], keySets: [], reports: [], recipes: [] };
  private readers: Promise<Readers> | undefined;
  private ready: Promise<void> | undefined;
  private searching: Promise<void> | undefined;
  private searchAgain = false;
  private watch: DiskWatch | undefined;
  /** By path; computed elsewhere, because it takes reading all weights. */
  private readonly digests = new Map<string, KnownDigest>();

  constructor(private readonly onError: (error: unknown) => void) {}

  get checkpoints(): readonly FoundCheckpoint[] {
    return this.found.checkpoints;
  }

  get keySets(): readonly FoundKeySet[] {
    return this.found.keySets;
  }

  /** The newest first. */
  get reports(): readonly FoundReport[] {
    return this.found.reports;
  }

  /** Recipe files of the workspace. */
  get recipes(): readonly string[] {
    return this.found.recipes;
  }

  /** The newest verdict of this installation on a checkpoint folder whose weights have not changed since. */
  verdictOf(path: string): { readonly path: string; readonly report: VerifyReport } | undefined {
    for (const found of this.reports)
      if (found.kind === reportKinds.verify && this.holdsFor(path, found, found.report.suspect)) return found;
    return undefined;
  }

  /** The newest drift measurement of this installation of a marked checkpoint folder whose weights have not changed since. */
  driftOf(path: string): { readonly path: string; readonly report: DriftReport } | undefined {
    for (const found of this.reports)
      if (found.kind === reportKinds.drift && this.holdsFor(path, found, found.report.marked)) return found;
    return undefined;
  }

  /** Tells a digest that was just computed: reports about other content at that path no longer hold. */
  noteDigest(path: string, digest: string): void {
    const isNews = this.digests.get(path)?.digest !== digest;
    this.digests.set(path, { digest, atMs: Date.now() });
    if (isNews) this.changed.fire();
  }

  /** Why a checkpoint folder is not ready to publish, according to the note in it. */
  notReadyOf(path: string): FallenShort | undefined {
    return this.checkpoints.find((found) => found.path === path)?.notReady;
  }

  /** Searches once and then follows the disk; later calls return the same promise. */
  whenReady(): Promise<void> {
    this.ready ??= this.begin();
    return this.ready;
  }

  /** Searches again; a search in progress is repeated, so that nothing is missed. */
  refresh(): Promise<void> {
    if (this.searching !== undefined) {
      this.searchAgain = true;
      return this.searching;
    }
    this.searching = this.searchUntilQuiet().finally(() => (this.searching = undefined));
    return this.searching;
  }

  dispose(): void {
    this.watch?.dispose();
    this.changed.dispose();
  }

  private async begin(): Promise<void> {
    this.watch = new DiskWatch(() => void this.refresh().catch(this.onError));
    await this.refresh();
  }

  private async searchUntilQuiet(): Promise<void> {
    await this.search();
    while (this.searchAgain) {
      this.searchAgain = false;
      await this.search();
    }
    this.changed.fire();
  }

  private async search(): Promise<void> {
    const finds = await searchWorkspace();
    this.readers ??= loadReaders();
    const { readCheckpoints, readKeySets, readReports } = await this.readers;
    const reports = (await readReports(finds.reports)).filter((report) => report !== undefined);
    this.found = {
      checkpoints: await readCheckpoints(finds.checkpoints),
      keySets: await readKeySets(finds.keySets),
      reports: reports.sort((a, b) => (a.report.date < b.report.date ? 1 : -1)),
      recipes: finds.recipes,
    };
  }

  private holdsFor(
    path: string,
    { isOwn, report: { date } }: FoundReport,
    judged: { readonly path: string; readonly digest: string },
  ): boolean {
    const checkpoint = this.checkpoints.find((found) => found.path === path);
    if (checkpoint === undefined) return false;
    return holdsFor(checkpoint, { isOwn, date, ...judged }, this.digests.get(path), Date.now());
  }
}

interface Readers {
  readonly readCheckpoints: (paths: readonly string[]) => Promise<FoundCheckpoint[]>;
  readonly readKeySets: (paths: readonly string[]) => Promise<FoundKeySet[]>;
  readonly readReports: (paths: readonly string[]) => Promise<(FoundReport | undefined)[]>;
}

/** The readers of checkpoints, key sets and reports are loaded at the first search, not when the editor starts. */
async function loadReaders(): Promise<Readers> {
  const { listParts, lookAtCheckpoint, lookAtKeySet } = await import('./lookAt');
  const { findReport } = await import('./findReport');
  const checkpoints = new FileCache(lookAtCheckpoint);
  const keySets = new FileCache(lookAtKeySet);
  const reports = new FileCache(findReport);
  return {
    readCheckpoints: (paths) => checkpoints.readAll(paths, listParts),
    readKeySets: (paths) => keySets.readAll(paths),
    readReports: (paths) => reports.readAll(paths),
  };
}

async function searchWorkspace(): Promise<Finds> {
  const all: Finds = { checkpoints: [], keySets: [], reports: [], recipes: [] };
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    if (uri.scheme !== 'file') continue;
    const finds = await searchFolder(uri.fsPath);
    for (const kind of ['checkpoints', 'keySets', 'reports', 'recipes'] as const)
      all[kind].push(...finds[kind].filter((path) => !all[kind].includes(path)));
  }
  return all;
}
