import type { VerdictKind } from '../../verify/verdict';
import type { ActionRequest } from './requests';

/* The building blocks of the panel's steps, on both sides of the border. */

/** A step's state, which also decides its icon. */
export type StepState =
  'open' | 'ready' | 'edited' | 'running' | 'paused' | 'warning' | 'failed' | 'verified';

/** A step's state, for its tab. */
export interface StepSummary {
  readonly state: StepState;
  readonly words: string;
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

/** A row with its own state: a check, a device, a release, a task before publishing. */
export interface StateRow {
  readonly state: 'passed' | 'warning' | 'failed' | 'unknown' | 'off' | Exclude<VerdictKind, 'undetermined'>;
  readonly name: string;
  readonly detail: string;
  /** What a click opens or runs. */
  readonly action?: PanelAction;
  /** Further buttons beside it. */
  readonly otherActions?: readonly PanelAction[];
  /** In a task that no file shows to be done: the user's own tick. */
  readonly tick?: Tick;
  /** A text to copy, shown as it is. */
  readonly quote?: string;
}

/** A tick that only the user sets, and that stays. */
export interface Tick {
  readonly isDone: boolean;
  /** What the task is about: a commitment or the digest of a copy. */
  readonly subject: string;
  /** The task's name in the memory. */
  readonly task: string;
}

/** A button or link that the host handles. */
export interface PanelAction {
  readonly title: string;
  readonly request: ActionRequest;
}

/** Work in progress: its phase in words, and how much of it is done. */
export interface Stage {
  readonly phase: string;
  readonly done: number | null;
  readonly total: number | null;
}
