import { dirname, resolve } from 'node:path';
import * as vscode from 'vscode';
import type { Reason } from '../../common/reasons';
import { reportKinds } from '../../contract/reportKinds';
import type { DriftReport } from '../../drift/driftReport';
import type { FallenShort } from '../../reports/words/notReady';
import { subjectOf } from '../../reports/readReport';
import type { RehearsalReport } from '../../rehearse/rehearsalReport';
import type { VerifyReport } from '../../verify/verifyReport';
import { FileCache } from './fileCache';
import type { FoundCheckpoint, FoundKeySet, FoundProblem, FoundReport } from './found';
import { FolderReader, type FolderReaderOptions } from './reader/folderReader';
import { listParts } from './listParts';
import { readDigestedFiles } from './fileVersion';
import { KnownDigests, type DigestMemory } from './knownDigests';
import { holdsFor, isUntouched, listUnplaced, type Claim } from './reportHolds';
import { searchFolder, type Finds } from './searchFolder';
import { DiskWatch } from './diskWatch';

/** Where a search takes longer, what has been found so far is shown. */
const showAfterMs = 1000;
/** Reading all weights of a large checkpoint from a slow disk. */
const digestMs = 3_600_000;
const givenUp = new Set<Reason>(['took-too-long', 'out-of-memory', 'child-crashed']);

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
  private readonly reader: FolderReader;
  /** What a user looks at does not wait for the rest of the workspace. */
  private readonly chosenReader: FolderReader;
  private readonly checkpointCache: FileCache<FoundCheckpoint>;
  private readonly keySetCache: FileCache<FoundKeySet>;
  private readonly reportCache: FileCache<FoundReport | undefined>;
  private ready: Promise<void> | undefined;
  private seen: Promise<void> | undefined;
  private searching: Promise<void> | undefined;
  private searchAgain = false;
  private watch: DiskWatch | undefined;
  private readonly digests: KnownDigests;
  /** Reads all weights of one checkpoint after another. */
  private readonly digestReader: FolderReader;
  /** Versions of checkpoints whose digest could not be computed, or is being computed. */
  private readonly digestTried = new Set<string>();

  /** @param memory outlives the window, and serves every workspace. */
  constructor(
    private readonly onError: (error: unknown) => void,
    reading: FolderReaderOptions,
    memory: DigestMemory,
    /** Folders outside the workspace that are searched too. */
    private readonly otherRoots: () => readonly string[] = () => [],
  ) {
    this.reader = new FolderReader(reading);
    this.chosenReader = new FolderReader(reading);
    this.digestReader = new FolderReader({ ...reading, limits: { ...reading.limits, readMs: digestMs } });
    this.digests = new KnownDigests(memory);
    this.checkpointCache = new FileCache((path) => this.reader.look('checkpoint', path));
    this.keySetCache = new FileCache((path) => this.reader.look('keySet', path));
    this.reportCache = new FileCache((path) => this.reader.look('report', path));
  }

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

  /** The newest verdict of this installation on a checkpoint folder, as its files are now. */
  verdictOf(path: string): { readonly path: string; readonly report: VerifyReport } | undefined {
    for (const found of this.reports)
      if (found.kind === reportKinds.verify && this.holdsFor(path, found)) return found;
    return undefined;
  }

  /** The newest drift measurement of this installation of a marked checkpoint folder, as its files are now. */
  driftOf(path: string): { readonly path: string; readonly report: DriftReport } | undefined {
    for (const found of this.reports)
      if (found.kind === reportKinds.drift && this.holdsFor(path, found)) return found;
    return undefined;
  }

  /** The newest rehearsal of this installation with a folder, as its files are now. */
  rehearsalOf(path: string): { readonly path: string; readonly report: RehearsalReport } | undefined {
    for (const found of this.reports)
      if (found.kind === reportKinds.rehearsal && this.holdsFor(path, found)) return found;
    return undefined;
  }

  /** The digest of a checkpoint of the workspace as its files are now; undefined where nobody has computed it. */
  readonly digestOf = (path: string): string | undefined => {
    const version = this.checkpoints.find((found) => found.path === path)?.version;
    return version === undefined ? undefined : this.digests.get(version);
  };

  /**
   * Computes the digest of a checkpoint unless it is known, which takes reading all weights.
   * @returns undefined where the folder cannot be read.
   */
  async readDigest(path: string): Promise<string | undefined> {
    const { version } = await readDigestedFiles(path);
    const known = this.digests.get(version);
    if (known !== undefined) return known;
    const startMs = Date.now();
    const digest = await this.digestReader.look('digest', path);
    if (digest !== undefined) await this.noteDigest(path, digest, startMs);
    return digest;
  }

  /**
   * Tells a digest that was just computed: reports about other content at that path no longer hold, and those
   * about this content do, wherever it was then.
   * @param sinceMs when its files were begun to be read; they are not noted if they changed meanwhile.
   */
  async noteDigest(path: string, digest: string, sinceMs = Date.now()): Promise<void> {
    const { version, changedAtMs } = await readDigestedFiles(path);
    if (changedAtMs <= sinceMs && this.digests.note(version, digest)) this.changed.fire();
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

  /** The same, but where a folder is slow to read, the others are not waited for longer than a moment. */
  whenSeen(): Promise<void> {
    this.seen ??= Promise.race([this.whenReady(), new Promise<void>((resolve) => this.onDidChange(resolve))]);
    return this.seen;
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

  /** The same for a user who asks for it: what could not be read before is tried again. */
  retry(): Promise<void> {
    this.reader.tryAgain();
    this.chosenReader.tryAgain();
    this.digestReader.tryAgain();
    this.digestTried.clear();
    this.checkpointCache.forget(wasGivenUp);
    this.keySetCache.forget(wasGivenUp);
    this.reportCache.forget((found) => found === undefined);
    return this.refresh();
  }

  /** Searches and follows other folders from now on. */
  async adoptRoots(): Promise<void> {
    this.watch?.watchAll();
    await this.refresh();
  }

  /** Describes any checkpoint folder as those of the workspace are described: it cannot hang the editor. */
  lookAt(path: string): Promise<FoundCheckpoint> {
    return this.chosenReader.look('checkpoint', path);
  }

  dispose(): void {
    this.reader.dispose();
    this.chosenReader.dispose();
    this.digestReader.dispose();
    this.watch?.dispose();
    this.changed.dispose();
  }

  private async begin(): Promise<void> {
    this.watch = new DiskWatch(() => void this.refresh().catch(this.onError), this.otherRoots);
    await this.refresh();
  }

  private async searchUntilQuiet(): Promise<void> {
    await this.search();
    while (this.searchAgain) {
      this.searchAgain = false;
      await this.search();
    }
    this.changed.fire();
    void this.placeReports().catch(this.onError);
  }

  private async search(): Promise<void> {
    const finds = await searchWorkspace(this.otherRoots());
    const showing = setInterval(() => this.showSoFar(finds), showAfterMs);
    try {
      // Checkpoints come last: they take longest.
      await this.keySetCache.update(finds.keySets);
      await this.reportCache.update(finds.reports);
      await this.checkpointCache.update(finds.checkpoints, listParts);
    } finally {
      clearInterval(showing);
    }
    this.adopt(finds);
  }

  /** While a folder is slow to read, the others are in view. */
  private showSoFar(finds: Finds): void {
    this.adopt(finds);
    // Without any of several it would look as if there were none.
    if (this.found.checkpoints.length > 0 || finds.checkpoints.length === 0) this.changed.fire();
  }

  private adopt({ checkpoints, keySets, reports, recipes }: Finds): void {
    const known = this.reportCache.valuesOf(reports).filter((report) => report !== undefined);
    this.found = {
      checkpoints: this.checkpointCache.valuesOf(checkpoints),
      keySets: this.keySetCache.valuesOf(keySets),
      reports: known.sort((a, b) => (a.report.date < b.report.date ? 1 : -1)),
      recipes,
    };
    this.learnFromReports();
  }

  /** What a report says of a folder that has not changed since is still true of its files when they have moved. */
  private learnFromReports(): void {
    for (const claim of this.reports.flatMap(claimsOf).filter(({ isOwn }) => isOwn)) {
      const found = this.checkpoints.find((checkpoint) => isUntouched(checkpoint, claim));
      // Where other files are known to be the ones that were judged, a folder may only have taken their name.
      if (found?.version === undefined || this.digests.has(claim.digest)) continue;
      if (this.digestOf(found.path) === undefined) this.digests.note(found.version, claim.digest);
    }
  }

  /** Reads the checkpoints that reports may be about which hold for none, one after another. */
  private async placeReports(): Promise<void> {
    if (!vscode.workspace.isTrusted) return;
    const claims = this.reports.map(claimOf);
    for (const { path, version = '' } of listUnplaced(this.checkpoints, claims, this.digestOf, Date.now())) {
      if (this.digestTried.has(version)) continue;
      this.digestTried.add(version);
      await this.readDigest(path);
    }
  }

  private holdsFor(path: string, report: FoundReport): boolean {
    const checkpoint = this.checkpoints.find((found) => found.path === path);
    if (checkpoint === undefined) return false;
    return holdsFor(checkpoint, claimOf(report), this.digestOf(path), Date.now());
  }
}

/** What a report says of the checkpoint that it judges. */
function claimOf(found: FoundReport): Claim {
  return claimsOf(found)[0]!;
}

/** The same of every checkpoint that it names, the judged one first: a report names their places from where it is itself. */
function claimsOf({ isOwn, ...found }: FoundReport): Claim[] {
  const { base, date } = found.report;
  const named = [subjectOf(found), ...(base ? [base] : [])];
  return named.map(({ path, digest }) => ({ isOwn, path: resolve(dirname(found.path), path), digest, date }));
}

/** What was not read because reading it hung or crashed may be read at another time. */
function wasGivenUp({ problem }: { readonly problem?: FoundProblem }): boolean {
  return problem !== undefined && givenUp.has(problem.reason);
}

async function searchWorkspace(others: readonly string[]): Promise<Finds> {
  const all: Finds = { checkpoints: [], keySets: [], reports: [], recipes: [] };
  const own = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  for (const root of [...own.map(({ uri }) => uri.fsPath), ...others]) {
    const finds = await searchFolder(root);
    for (const kind of ['checkpoints', 'keySets', 'reports', 'recipes'] as const)
      all[kind].push(...finds[kind].filter((path) => !all[kind].includes(path)));
  }
  return all;
}
