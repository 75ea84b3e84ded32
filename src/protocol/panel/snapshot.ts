import type { KeysView } from './keys';
import type { ModelView } from './model';
import type { StepState, StepSummary } from './parts';
import type { RecipeView } from './recipe';
import type { ReportView } from './report';
import type { ActionRequest, RecipeEdit, StepName } from './requests';
import type { RunView } from './run';

/*
 * What the panel's page shows: its frame here, and each step in its own file. The page's own state is only
 * focus and open details: every message to it is a complete snapshot, so the next one makes up for one that
 * is lost.
 */

export interface PanelSnapshot {
  /** Rises by one with every snapshot of a panel; an older one that arrives late is ignored. */
  readonly sequence: number;
  readonly step: StepName;
  /** False in Restricted Mode: checkpoints may be inspected, but nothing runs. */
  readonly isTrusted: boolean;
  readonly heading: Heading | null;
  readonly steps: Readonly<Record<StepName, StepSummary>>;
  readonly model: ModelView;
  readonly keys: KeysView;
  /** Null until a supported model is chosen. */
  readonly recipe: RecipeView | null;
  readonly run: RunView;
  readonly report: ReportView;
}

export interface Heading {
  readonly title: string;
  /** Short name of the release that the recipe would make, for example "r2". */
  readonly nextRelease: string | null;
  /** Runs of this model, the newest first; of many only some, always with the shown one. */
  readonly runs: readonly RunChoice[];
  readonly hasMoreRuns: boolean;
  /** "models/aurora", "llama, 1.55 B parameters", "BF16, 3.10 GB". */
  readonly facts: readonly string[];
}

/** A run that the steps Run and Report can show. */
export interface RunChoice {
  readonly folder: string;
  /** Short name of its release. */
  readonly name: string;
  readonly state: StepState;
  /** Its state in a few words. */
  readonly words: string;
  readonly isShown: boolean;
}

/** What the host does for the page. */
export interface PanelHost {
  /** The page's first call; the answer is a whole snapshot. */
  ready(): Promise<PanelSnapshot>;
  /** The host itself shows errors, so this never rejects because of the user's request. */
  act(request: ActionRequest): Promise<void>;
  edit(edit: RecipeEdit): Promise<void>;
}

/** What the page does for the host. */
export interface PanelPage {
  show(snapshot: PanelSnapshot): void;
}
