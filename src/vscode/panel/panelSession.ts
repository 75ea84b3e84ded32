import * as vscode from 'vscode';
import type { Problem } from '../../protocol/panel/parts';
import type { RecipeEdit, StepName } from '../../protocol/panel/requests';
import type { PanelSnapshot } from '../../protocol/panel/snapshot';
import type { FoundCheckpoint } from '../index/found';
import { locateEmbedding } from '../runs/locateRun';
import type { Services } from '../services';
import { followIntent } from './followIntent';
import type { KeyFilePublic } from '../../fingerprint/keyFile/keyFile';
import { KeyCounts } from './keys/counts';
import { findDrawing } from './keys/creation';
import { KeyPreviews } from './keys/previews';
import { fitsModel, showKeys } from './keys/show';
import { UnlockedPreview } from './keys/unlockedPreview';
import { readMachine } from './machine';
import { ModelCatalogue, type DescribedModel } from './model/catalogue';
import { Inspections } from './model/inspections';
import { listReleases } from './model/releases';
import { showFound, showModel, type ModelKnowledge } from './model/show';
import { findShown, listEmbeddings, type Embedding, type RunSources } from './modelRuns';
import {
  changeModelIntent,
  deviceSchema,
  intentOfModel,
  parseIntent,
  type ModelIntent,
  type PanelIntent,
} from './panelIntent';
import { gatherRecipe } from './recipe/gather';
import { listEarlierRecipes } from './recipe/earlierRecipes';
import { PastRuns } from './recipe/pastRuns';
import { showRecipe } from './recipe/show';
import { gatherRelease } from './report/gather';
import { PublishTicks } from './report/publishTicks';
import { RunGatherer } from './run/gather';
import { showPanel, type PanelKnowledge } from './showPanel';
import type { Urgency } from '../pages/snapshotPacer';

const memoryKey = 'panelIntent';
/** A larger model is opened to measure keys only when the user opens them. */
const mostUnaskedBytes = 2e9;

/** The user's choices in the panel, and what the parts of the extension know of them, for the life of the panel. */
export class PanelSession implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Urgency>();
  /** The snapshot is outdated. */
  readonly onDidChange = this.changed.event;
  readonly previews: KeyPreviews;
  private readonly unlocked: UnlockedPreview;
  readonly catalogue: ModelCatalogue;
  readonly sources: RunSources;
  private readonly runGatherer: RunGatherer;
  private readonly inspections: Inspections;
  private kept: PanelIntent;
  /** Why the last drawing of a key set failed; by the model's path. */
  private readonly drawingProblems = new Map<string, Problem>();
  private readonly pastRuns: PastRuns;
  private hasEnded = false;
  private readonly started: Promise<void>;
  private readonly watches: readonly { dispose(): unknown }[];

  constructor(readonly services: Services) {
    const { context, runs, index } = services;
    this.kept = parseIntent(context.workspaceState.get(memoryKey));
    this.catalogue = new ModelCatalogue((path) => index.lookAt(path));
    this.inspections = new Inspections(
      runs,
      context.workspaceState,
      (path, digest, sinceMs) => void index.noteDigest(path, digest, sinceMs).catch(services.showError),
    );
    this.previews = new KeyPreviews(services);
    const ticks = new PublishTicks(context.workspaceState);
    this.sources = { runs, index, catalogue: this.catalogue, keyCounts: new KeyCounts(index), ticks };
    this.runGatherer = new RunGatherer(this.sources);
    this.pastRuns = new PastRuns(runs, this.catalogue);
    const news = (): void => this.changed.fire('news');
    this.unlocked = new UnlockedPreview(services, {
      previews: this.previews,
      readShown: () => this.readShownKeySet(),
      findMeasuring: (keySet) => this.findMeasuring(keySet, mostUnaskedBytes),
      onChange: news,
    });
    this.watches = [
      this.changed,
      this.unlocked,
      this.inspections,
      this.previews,
      this.inspections.onDidChange(news),
      this.previews.onDidChange(() => this.changed.fire('asked')),
      runs.onDidChangeRun(news),
      runs.onDidRemoveRun(news),
      index.onDidChange(() => {
        this.persist(followIntent(this.kept, index));
        this.refresh();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.refresh()),
      vscode.workspace.onDidChangeConfiguration(() => this.changed.fire('asked')),
    ];
    this.started = this.start().catch((error: unknown) => services.showError(error));
  }

  /** Resolves once the workspace was searched and the only model in it, if there is one, was chosen. */
  whenStarted(): Promise<void> {
    return this.started;
  }

  get intent(): PanelIntent {
    return this.kept;
  }

  /** The choices for the chosen model. */
  get modelIntent(): ModelIntent {
    return intentOfModel(this.kept);
  }

  setStep(step: StepName): void {
    this.update({ ...this.kept, step });
    this.unlocked.open();
  }

  /** Choosing a model again repeats whatever failed before. */
  chooseModel(model: string): void {
    this.inspections.forgetProblems();
    this.catalogue.forgetProblems();
    this.update({ ...this.kept, model });
    this.refresh();
  }

  /** Changes the choices for the chosen model. */
  changeIntent(change: Partial<ModelIntent>): void {
    this.update(followIntent(changeModelIntent(this.kept, change), this.services.index));
    this.unlocked.open();
  }

  /** Stores what was typed into the form of the recipe; the caller decides when to show it. */
  noteEdit({ changes, device, out }: RecipeEdit): void {
    const wish = deviceSchema.safeParse(device).data;
    const change = {
      changes: { ...this.modelIntent.changes, ...changes },
      ...(wish !== undefined && { device: wish }),
      ...(out !== undefined && { out }),
    };
    this.persist(changeModelIntent(this.kept, change));
  }

  /** Stores that the user called a task done, or open again. */
  async tick(subject: string, task: string, isDone: boolean): Promise<void> {
    await this.sources.ticks.set(subject, task, isDone);
    this.changed.fire('asked');
  }

  noteDrawingProblem(model: string, problem: Problem | undefined): void {
    if (problem) this.drawingProblems.set(model, problem);
    else this.drawingProblems.delete(model);
    this.changed.fire('asked');
  }

  async describeChosen(): Promise<DescribedModel | undefined> {
    return this.kept.model === null ? undefined : this.catalogue.describe(this.kept.model);
  }

  /** The embedding of the chosen model that Run and Report show. */
  get shownEmbedding(): Embedding | undefined {
    return findShown(this.listEmbeddings(), this.modelIntent.shownRun);
  }

  /** Shows a run of the chosen model, or the next one, in the steps Run and Report. */
  showRun(folder: string, step = this.kept.step): void {
    this.update({ ...changeModelIntent(this.kept, { shownRun: folder }), step });
  }

  /** Digest of the chosen model; undefined until it is known. */
  async findDigest(): Promise<string | undefined> {
    const model = await this.describeChosen();
    return model && this.inspections.stateOf(model).inspection?.digest;
  }

  /**
   * The chosen model, if it can say how likely it finds the keys of a set: one that was made for it.
   * @param mostBytes of its weights
   */
  async findMeasuring(keySet: string, mostBytes = Infinity): Promise<string | undefined> {
    const model = await this.describeChosen();
    const header = this.services.index.keySets.find(({ path }) => path === keySet)?.header;
    if (!header || !model?.described || !vscode.workspace.isTrusted) return undefined;
    const { name, storedBytes } = model.described.facts;
    const canMeasure =
      storedBytes <= mostBytes && fitsModel(header, { name, digest: await this.findDigest() });
    return canMeasure ? model.path : undefined;
  }

  /** Keys of the chosen set, or as many as a new one would have. */
  get keyCount(): number {
    return this.chosenHeader?.keyCount ?? this.modelIntent.plan.count;
  }

  /** Whether some of these are soft or quiet. */
  private get hasKinds(): boolean {
    const { soft, quiet } = this.modelIntent.plan;
    return this.chosenHeader ? this.chosenHeader.kinds !== undefined : soft + quiet > 0;
  }

  private get chosenHeader(): KeyFilePublic | undefined {
    return this.services.index.keySets.find(({ path }) => path === this.modelIntent.keySet)?.header;
  }

  /** The whole panel, now. */
  async snapshot(): Promise<Omit<PanelSnapshot, 'sequence'>> {
    return showPanel(await this.gather(), Date.now());
  }

  /** Whether the panel is closed: work that still finishes for it changes nothing any more. */
  get isDisposed(): boolean {
    return this.hasEnded;
  }

  dispose(): void {
    this.hasEnded = true;
    for (const watch of this.watches) watch.dispose();
  }

  private async gather(): Promise<PanelKnowledge> {
    const { index, runs, settings } = this.services;
    const { isTrusted } = vscode.workspace;
    const model = await this.describeChosen();
    const inspection = model && this.inspections.stateOf(model).inspection;
    const embeddings = this.listEmbeddings();
    const shown = findShown(embeddings, this.modelIntent.shownRun);
    const found = this.listBases().map((base) => showFound(base, shorten(this.services, base.path)));
    const recipe =
      model?.described &&
      (await gatherRecipe({
        path: model.path,
        described: model.described,
        inspection,
        intent: this.modelIntent,
        keyCount: this.keyCount,
        hasKinds: this.hasKinds,
        earlier: listEarlierRecipes(this.services, model.path),
        usualDevice: settings.device(),
        machine: readMachine(this.services.settings.threads()),
        readHistory: (device) => this.pastRuns.read(device),
      }));
    return {
      step: this.kept.step,
      isTrusted,
      shownPath: model ? shorten(this.services, model.path) : '',
      facts: model?.described?.facts,
      model: showModel(found, model && (await this.gatherModel(model)), isTrusted),
      keys: showKeys({
        plan: this.modelIntent.plan,
        sets: index.keySets,
        chosen: this.modelIntent.keySet,
        model: model?.described && { name: model.described.facts.name, digest: inspection?.digest },
        drawing: (model && findDrawing(runs, model.path)?.stage) ?? null,
        problem: (model && this.drawingProblems.get(model.path)) ?? null,
        opened: this.modelIntent.keySet === null ? undefined : this.previews.get(this.modelIntent.keySet),
        isShown: this.kept.step === 'keys',
        isUnlocked: await this.unlocked.isUnlocked(),
      }),
      recipe: recipe ? showRecipe(recipe) : null,
      runs: embeddings,
      run: shown && (await this.runGatherer.gather(shown)),
      release: shown && (await gatherRelease(this.sources, shown)),
    };
  }

  private async gatherModel(model: DescribedModel): Promise<ModelKnowledge> {
    const { inspection, isInspecting, problem } = this.inspections.stateOf(model);
    return {
      path: model.path,
      problem: model.problem,
      facts: model.described?.facts,
      inspection,
      isInspecting,
      inspectionProblem: problem,
      releases: await listReleases(this.sources, model.path),
      isPublished: this.modelIntent.isPublished,
      machine: readMachine(this.services.settings.threads()),
    };
  }

  /** Shows what is known at once, and more when the workspace has been searched. A model that is alone in it is chosen. */
  private async start(): Promise<void> {
    const { index, runs } = this.services;
    this.refresh();
    await index.whenReady();
    await runs.refresh();
    const [only, ...others] = this.listBases();
    if (this.kept.model === null && only && others.length === 0) this.chooseModel(only.path);
    else this.refresh();
  }

  private listEmbeddings(): Embedding[] {
    return this.kept.model === null ? [] : listEmbeddings(this.services, this.kept.model);
  }

  /** Checkpoints of the workspace that were not made by one of our runs. */
  private listBases(): FoundCheckpoint[] {
    const { index, runs } = this.services;
    const releases = new Set(runs.runs.map((run) => locateEmbedding(run, index)?.out));
    return index.checkpoints.filter(({ path }) => !releases.has(path));
  }

  /** Shows the chosen model's headers, and in a trusted workspace starts its full inspection. */
  private refresh(): void {
    this.changed.fire('asked');
    this.adoptDefaults().catch((error: unknown) => this.services.showError(error));
  }

  private async adoptDefaults(): Promise<void> {
    const model = await this.describeChosen();
    if (!model?.described) return;
    if (vscode.workspace.isTrusted) this.inspections.start(model);
    const { name } = model.described.facts;
    const digest = this.inspections.stateOf(model).inspection?.digest;
    if (digest !== undefined && this.kept.model === model.path && this.modelIntent.digest !== digest)
      this.persist(changeModelIntent(this.kept, { digest }));
    const [only, ...others] = this.services.index.keySets.filter(
      ({ header }) => header && fitsModel(header, { name, digest }),
    );
    // While none is chosen, the only set that was made for the model is the default.
    const isChosenStill = this.kept.model === model.path;
    if (isChosenStill && this.modelIntent.keySet === null && only && others.length === 0)
      this.changeIntent({ keySet: only.path });
    this.unlocked.open();
  }

  /** The chosen set, unless it has no keys to show: nothing is opened in Restricted Mode, or before the draw. */
  private readShownKeySet(): { keySet: string | null; isShown: boolean } {
    const { keySet } = this.modelIntent;
    const header = this.services.index.keySets.find(({ path }) => path === keySet)?.header;
    const isOpenable =
      vscode.workspace.isTrusted && header !== undefined && header.draw?.from !== 'announced';
    return { keySet: isOpenable ? keySet : null, isShown: this.kept.step === 'keys' };
  }

  private update(intent: PanelIntent): void {
    this.persist(intent);
    this.changed.fire('asked');
  }

  private persist(intent: PanelIntent): void {
    this.kept = intent;
    this.services.context.workspaceState
      .update(memoryKey, intent)
      .then(undefined, (error: unknown) => this.services.showError(error));
  }
}

/** A path as users know it: relative to the workspace if it is inside it. */
function shorten({ sample }: Services, path: string): string {
  return sample.holds(path) ? sample.shorten(path) : vscode.workspace.asRelativePath(path);
}
