import type * as vscode from 'vscode';
import type { Recipe } from '../contract/recipe';
import type { StepName } from '../protocol/panel/requests';
import type { WorkspaceIndex } from './index/workspaceIndex';
import type { KeySecrets } from './keySecrets';
import type { ClearedRuns } from './runs/ends/clearedRuns';
import type { UnseenEnds } from './runs/ends/unseenEnds';
import type { RunService } from './runs/runService';
import type { SampleFolder } from './index/sampleFolder';
import type { Settings } from './settings';

/** What every view and command of the extension needs. One object is made when the extension is activated. */
export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly settings: Settings;
  readonly secrets: KeySecrets;
  /** Runs that are alive, waiting or ended; starts and steers them. */
  readonly runs: RunService;
  /** Runs that the user has taken out of the list. */
  readonly cleared: ClearedRuns;
  /** Ends of runs that the user may not have seen yet. */
  readonly unseen: UnseenEnds;
  /** Checkpoints, key sets and reports of the workspace. */
  readonly index: WorkspaceIndex;
  readonly sample: SampleFolder;
  /** Shows an error once, with its next step. A user's own cancel is silent. */
  readonly showError: (error: unknown) => void;
}

/** The panel, as commands and notifications use it. */
export interface PanelHandle {
  /** Whether it is visible to the user now. */
  readonly isVisible: boolean;
  /** Whether it shows this run to the user now, at this step if given. */
  shows(runFolder: string, step?: StepName): boolean;
  /** Opens or shows it, at a step, for a checkpoint folder and with a run of that model if given. */
  open(step?: StepName, model?: string, runFolder?: string): Promise<void>;
  /** Opens it at the step Recipe with these values, for this model, else for the chosen one, else for one that is asked for. */
  useRecipe(
    recipe: Partial<Recipe>,
    model: string | undefined,
    askModel: () => Promise<string>,
  ): Promise<void>;
  /** Tells which checkpoint is selected in the sidebar: it is shown if none was chosen before. */
  noteSelection(model: string | undefined): void;
  dispose(): void;
}
