import type { ShownContinuation } from '../../reports/words/continuationWords';
import type { NamedFact, StateRow } from './parts';

/** What the step Report shows. */
export interface ReportView {
  /** Null until a run has finished. */
  readonly release: ReleaseView | null;
}

export interface ReleaseView {
  readonly folder: string;
  /** Why it is not ready to publish, shown before everything else; null for a release that is ready. */
  readonly notReady: string | null;
  readonly sentence: string;
  readonly detail: string;
  /** Four tiles. */
  readonly figures: readonly FigureTile[];
  readonly beforePublishing: readonly StateRow[];
  readonly samples: readonly ShownContinuation[];
  /** A description of `samples`. */
  readonly samplesDetail: string;
  readonly files: readonly { readonly name: string; readonly detail: string; readonly path: string }[];
  readonly limits: readonly StateRow[];
  /** The findings of the probe of the model's first steps; empty if there was none. */
  readonly probe: readonly NamedFact[];
}

/** A name, a figure and a line below. */
export interface FigureTile extends NamedFact {
  readonly detail: string;
  /** Whether the figure is beyond its limit. */
  readonly isOut?: boolean;
}
