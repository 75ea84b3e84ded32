import type { KeysView } from './keys';
import type { ModelView } from './model';
import type { StepSummary } from './parts';
import type { RecipeView } from './recipe';
import type { ReportView } from './report';
import type { ActionRequest, RecipeEdit, StepName } from './requests';
import type { RunView } from './run';

/*
 * What the panel's page shows: its frame here, and each step in a file of its own. The page holds no state of its own but
 * focus and open details: every message to it is a complete snapshot, so one that is lost is made good by the next.
 */

export interface PanelSnapshot {
  /** Rises by one with every snapshot of a panel; an older one that comes late is passed over. */
  readonly sequence: number;
  readonly step: StepName;
  /** False in Restricted Mode: checkpoints may be looked at, nothing runs. */
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
  /** Short name of the release that is being made, for example "r2". */
  readonly release: string | null;
  /** "models/aurora", "llama, 1.55 B parameters", "BF16, 3.10 GB". */
  readonly facts: readonly string[];
}

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
