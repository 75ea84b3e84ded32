import type { NamedFact, Problem, StateRow } from './parts';

/** What the step Model shows. */
export interface ModelView {
  /** Checkpoint folders of the workspace. */
  readonly found: readonly FoundModel[];
  readonly chosen: ChosenModel | null;
}

export interface FoundModel {
  readonly path: string;
  readonly name: string;
  /** "llama, 1.55 B parameters, BF16"; empty where its headers cannot be read. */
  readonly about: string;
  /** Why it cannot be marked, in a few words: "damaged", "no tokenizer"; absent where it can. */
  readonly fault?: string;
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
