import type { NamedFact, Problem, StateRow } from './parts';

/** What the step Model shows. */
export interface ModelView {
  /** Checkpoint folders of the workspace. */
  readonly found: readonly {
    readonly path: string;
    readonly name: string;
    /** "llama, 1.55 B parameters, BF16", or in a few words why it cannot be used. */
    readonly about: string;
    readonly isUsable: boolean;
  }[];
  readonly chosen: ChosenModel | null;
}

export interface ChosenModel {
  readonly path: string;
  /** Set for an unsupported family, a damaged file or a folder of pickles: everything below is then empty. */
  readonly problem: Problem | null;
  readonly facts: readonly NamedFact[];
  /** Hexadecimal digest; null while it is not yet computed. */
  readonly digest: string | null;
  readonly checks: readonly StateRow[];
  /** Whether the weights are being read for the checks. */
  readonly isChecking: boolean;
  readonly devices: readonly StateRow[];
  readonly releases: readonly StateRow[];
  readonly isPublished: boolean;
}
