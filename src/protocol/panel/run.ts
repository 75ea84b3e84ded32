import type { RunAction } from '../runActions';
import type { NamedFact, Problem, Stage } from './parts';

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

/** What the step Run shows. */
export interface RunView {
  readonly state: RunState;
  readonly folder: string | null;
  /** What can be done with it now, in the order of buttons. */
  readonly actions: readonly RunAction[];
  readonly stage: Stage | null;
  /** Seconds of work on the run so far, over all processes, and seconds left; null when not known. */
  readonly elapsedSeconds: number | null;
  readonly secondsLeft: number | null;
  /** Of the whole run, 0 to 1, in whole thousandths. */
  readonly share: number | null;
  /** Whether a resumed run is not yet back at its last save. */
  readonly isLoadingAgain: boolean;
  readonly phases: readonly {
    readonly name: string;
    readonly state: 'done' | 'current' | 'to come';
    readonly seconds: number | null;
  }[];
  /** Device, speed, trained parameters, last save, output. */
  readonly facts: readonly NamedFact[];
  /** Steps of the schedule: the right end of every chart; 0 until training was prepared. */
  readonly steps: number;
  readonly keyCount: number;
  /** The number of answered keys that suffices for a match. */
  readonly keysNeeded: number | null;
  /** Null until training was prepared. */
  readonly driftBudget: number | null;
  readonly loss: readonly { readonly step: number; readonly value: number }[];
  /** KL from the base on the ordinary text of the step, in nats a token. */
  readonly distance: readonly { readonly step: number; readonly value: number }[];
  /** Recall is a share from 0 to 1; drift is KL in nats a token. */
  readonly checks: readonly {
    readonly step: number;
    readonly loss: number | null;
    readonly recall: number;
    readonly drift: number;
  }[];
  readonly log: readonly { readonly time: string; readonly text: string }[];
  readonly problem: Problem | null;
  /** Set when the run is done but its copy is not ready to publish: why, and what to do. */
  readonly notReady: Problem | null;
  /** The step of the last save; null when none is known. */
  readonly savedStep: number | null;
}
