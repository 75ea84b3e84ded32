import type { FoundCheckpoint, FoundKeySet, FoundReport } from '../found';

/** What a path is looked at as, and what is found there. */
export interface Findings {
  readonly checkpoint: FoundCheckpoint;
  readonly keySet: FoundKeySet;
  readonly report: FoundReport | undefined;
  readonly digest: string | undefined;
}

export type Kind = keyof Findings;

/** From the extension to the process that reads; one at a time. */
export interface Question {
  readonly kind: Kind;
  /** Absolute. */
  readonly path: string;
}

/** From the process that reads to the extension. */
export type ReaderMessage =
  | { readonly type: 'ready' }
  | {
      readonly type: 'answer';
      readonly found: Findings[Kind];
      /** For the log: errors that nobody foresaw, with their stacks. */
      readonly unforeseen: readonly string[];
    };
