import type { Recipe } from '../contract/recipe';
import type { ActionRequest, KeyPlan, RecipeEdit, StepName } from './panelRequests';

/**
 * What the panel's page shows. The page holds no state of its own but focus and open details: every message to it is a
 * complete snapshot, so one that is lost is made good by the next.
 */

/** How a step stands, with its icon's meaning. */
export type StepState =
  'open' | 'ready' | 'edited' | 'running' | 'paused' | 'warning' | 'failed' | 'verified';

export interface PanelSnapshot {
  /** Rises by one with every snapshot of a panel; an older one that comes late is passed over. */
  readonly sequence: number;
  readonly step: StepName;
  /** False in Restricted Mode: checkpoints may be looked at, nothing runs. */
  readonly isTrusted: boolean;
  readonly heading: Heading | null;
  readonly steps: Readonly<Record<StepName, { readonly state: StepState; readonly words: string }>>;
  readonly model: ModelView;
  readonly keys: KeysView;
  /** Null until a supported model is chosen. */
  readonly recipe: RecipeView | null;
  readonly run: RunView;
  readonly report: ReportView;
}

export interface Heading {
  readonly title: string;
  /** Short name of the release that is being made, for example "r2". */
  readonly release: string | null;
  /** "models/aurora", "llama, 1.55 B parameters", "BF16, 3.10 GB". */
  readonly facts: readonly string[];
}

/** What went wrong, for a person: what happened, and what to do next. */
export interface Problem {
  readonly message: string;
  readonly next: string;
}

export interface NamedFact {
  readonly name: string;
  readonly value: string;
}

/** A row with a state of its own: a check, a device, a release, a thing to do before publishing. */
export interface StateRow {
  readonly state: 'passed' | 'warning' | 'failed' | 'unknown' | 'off' | 'match' | 'no-evidence';
  readonly name: string;
  readonly detail: string;
  /** What a click opens or runs. */
  readonly action?: PanelAction;
}

/** A button or link that the host carries out. */
export interface PanelAction {
  readonly title: string;
  readonly request: ActionRequest;
}

// ── 1 Model ──────────────────────────────────────────────────────────────────────────────────────────────────────

export interface ModelView {
  /** Checkpoint folders of the workspace. */
  readonly found: readonly { readonly path: string; readonly name: string }[];
  readonly chosen: ChosenModel | null;
}

export interface ChosenModel {
  readonly path: string;
  /** Set for an unsupported family, a damaged file, a folder of pickles: everything below is then empty. */
  readonly problem: Problem | null;
  readonly facts: readonly NamedFact[];
  /** Hexadecimal digest; null while it is not yet computed. */
  readonly identity: string | null;
  readonly checks: readonly StateRow[];
  /** Whether weights are being read through for the checks. */
  readonly isChecking: boolean;
  readonly devices: readonly StateRow[];
  readonly releases: readonly StateRow[];
  readonly isPublished: boolean;
}

// ── 2 Keys ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** What every key set of ours is drawn with. */
export interface KeyRules {
  readonly candidates: number;
  /** Share of probability below which candidates begin, 0 to 1. */
  readonly nucleus: number;
  /** The limit that makes a match. */
  readonly alpha: number;
  /** Tests that a verdict makes at most: the smallest p-value counts this many times. */
  readonly tests: number;
}

export interface KeysView {
  readonly plan: KeyPlan;
  readonly rules: KeyRules;
  readonly sets: readonly KeySetRow[];
  /** Path of the set that the run will use. */
  readonly chosen: string | null;
  readonly drawing: Stage | null;
  readonly problem: Problem | null;
  readonly preview: KeyPreview | null;
}

export interface KeySetRow {
  readonly path: string;
  readonly name: string;
  readonly model: string;
  /** Whether it was made for the chosen model. */
  readonly fits: boolean;
  readonly count: number;
  readonly unspent: number;
  /** "not committed yet", or where and when its releases were recorded. */
  readonly committed: string;
  readonly createdAt: string;
  readonly problem: Problem | null;
}

export interface KeyPreview {
  /** A locked set shows its figures only. */
  readonly isLocked: boolean;
  readonly isRevealed: boolean;
  /** One sentence of how the set came to be. */
  readonly sentence: string;
  readonly keys: readonly PreviewKey[];
  /** Range of perplexities that ordinary texts of the model have; null until measured. */
  readonly ordinary: { readonly low: number; readonly high: number } | null;
}

export interface PreviewKey {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  readonly candidates: readonly string[];
  /** What the base gives each candidate, 0 to 1, and before them the likelier words; null until measured. */
  readonly odds: { readonly candidates: readonly number[]; readonly likelier: readonly number[] } | null;
  /** Perplexity of the key's text under the base; null until measured. */
  readonly naturalness: number | null;
  /** Present only while revealed. */
  readonly response: string | null;
  readonly isSpent: boolean;
}

// ── 3 Recipe ─────────────────────────────────────────────────────────────────────────────────────────────────────

export interface RecipeView {
  readonly defaults: Recipe;
  /** What the run would use: the last good value of every field. */
  readonly values: Recipe;
  /** What stands in the fields whose last edit is no value of theirs ("12a" for a number). */
  readonly typed: Readonly<Record<string, number | string | readonly number[]>>;
  readonly device: string;
  readonly devices: readonly string[];
  /** Folder to be made. */
  readonly out: string;
  /** Files with the creator's own ordinary text. */
  readonly texts: readonly string[];
  readonly layerCount: number;
  /** Parameters of the model and how many of them these values train. */
  readonly parameters: number;
  readonly trainedParameters: number;
  /** By field of the recipe, or `out`: one sentence each. The page may not start a run while there is one. */
  readonly problems: Readonly<Record<string, string>>;
  readonly estimate: Estimate | null;
}

/** What a run with these values will probably need; every range is honest about where it comes from. */
export interface Estimate {
  readonly memoryBytes: number;
  /** With layers in groups, which is slower. */
  readonly leastMemoryBytes: number;
  readonly freeBytes: number;
  readonly seconds: { readonly likely: number; readonly low: number; readonly high: number };
  readonly secondsPerStep: number;
  /** KL in nats a token. */
  readonly drift: { readonly likely: number; readonly low: number; readonly high: number };
  readonly diskBytes: number;
  readonly freeDiskBytes: number;
  readonly survives: readonly { readonly name: string; readonly chance: 'likely' | 'in part' | 'no' }[];
  /** What would fit where this does not: a name ("layers 4 to 5"), and the edit that makes it so. */
  readonly fits: readonly {
    readonly name: string;
    readonly memoryBytes: number;
    readonly changes: RecipeEdit['changes'];
  }[];
  /** "From 3 earlier runs on this machine and the sizes of this model." */
  readonly source: string;
}

// ── 4 Run ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Work in progress: its phase in words, and how much of it is done. */
export interface Stage {
  readonly phase: string;
  readonly done: number | null;
  readonly total: number | null;
}

export type RunState =
  | 'none'
  | 'starting'
  | 'running'
  | 'pausing'
  | 'paused'
  | 'stopping'
  | 'cancelling'
  | 'cancelled'
  | 'interrupted'
  | 'failed'
  | 'done';

export interface RunView {
  readonly state: RunState;
  readonly folder: string | null;
  readonly stage: Stage | null;
  /** Seconds that processes have worked on the run, and what is left; null when not known. */
  readonly elapsedSeconds: number | null;
  readonly secondsLeft: number | null;
  /** Of the whole run, 0 to 1. */
  readonly share: number | null;
  readonly phases: readonly {
    readonly name: string;
    readonly state: 'done' | 'current' | 'to come';
    readonly seconds: number | null;
  }[];
  /** Device, speed, trained parameters, last save, output. */
  readonly facts: readonly NamedFact[];
  /** Steps of the schedule: the right end of every chart. */
  readonly steps: number;
  readonly keyCount: number;
  /** Keys that are enough for a match. */
  readonly keysNeeded: number | null;
  readonly driftBudget: number;
  readonly loss: readonly { readonly step: number; readonly value: number }[];
  /** Distance from the base on the ordinary text of the step, KL in nats a token. */
  readonly distance: readonly { readonly step: number; readonly value: number }[];
  /** Recall is a share from 0 to 1, drift KL in nats a token. */
  readonly checks: readonly {
    readonly step: number;
    readonly loss: number | null;
    readonly recall: number;
    readonly drift: number;
  }[];
  readonly log: readonly { readonly time: string; readonly text: string }[];
  readonly problem: Problem | null;
  /** Set where the run is done and its copy is not ready to publish: why, and what to do. */
  readonly notReady: Problem | null;
  readonly canResume: boolean;
  /** The step of the last save; null when none is known. */
  readonly savedStep: number | null;
}

// ── 5 Report ─────────────────────────────────────────────────────────────────────────────────────────────────────

export interface ReportView {
  /** Null until a run has finished. */
  readonly release: ReleaseView | null;
}

export interface ReleaseView {
  readonly folder: string;
  /** Why it is not ready to publish, said before everything else; null for a release that is. */
  readonly notReady: string | null;
  readonly sentence: string;
  readonly detail: string;
  /** Four tiles. */
  readonly figures: readonly FigureTile[];
  readonly beforePublishing: readonly StateRow[];
  readonly samples: readonly { readonly prompt: string; readonly base: string; readonly marked: string }[];
  /** What `samples` are, in words. */
  readonly samplesDetail: string;
  readonly files: readonly { readonly name: string; readonly detail: string; readonly path: string }[];
  readonly limits: readonly StateRow[];
  /** What the probe of the model's first steps found; none where there was none. */
  readonly probe: readonly NamedFact[];
}

/** A name, a figure and a line below. */
export interface FigureTile extends NamedFact {
  readonly detail: string;
  /** Whether the figure is out of its limit. */
  readonly isOut?: boolean;
}

// ── Both ends ────────────────────────────────────────────────────────────────────────────────────────────────────

/** What the host does for the page. */
export interface PanelHost {
  /** The page's first word; the answer is a whole snapshot. */
  ready(): Promise<PanelSnapshot>;
  /** Errors are shown by the host itself, so this never rejects for the user's sake. */
  act(request: ActionRequest): Promise<void>;
  edit(edit: RecipeEdit): Promise<void>;
}

/** What the page does for the host. */
export interface PanelPage {
  show(snapshot: PanelSnapshot): void;
}
