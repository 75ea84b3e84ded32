import * as z from 'zod';
import type { SurvivalRow } from '../rehearse/survivalReport';
import type { VerdictKind } from '../verify/verdict';
import type { NamedFact } from './panel/parts';

/* What the page Compare Releases shows: always all of it. Sorting and selection are the page's own state. */

export interface CompareSnapshot {
  /** Rises by one with every snapshot of a page; an older one that arrives late is ignored. */
  readonly sequence: number;
  /** False in Restricted Mode: nothing can be measured then. */
  readonly isTrusted: boolean;
  /** Models with releases. */
  readonly bases: readonly { readonly path: string; readonly name: string }[];
  /** Path of the one whose releases are shown; null where there is none. */
  readonly chosen: string | null;
  /** The newest first. */
  readonly releases: readonly ComparedRelease[];
  /** How many releases have no drift report of the bundled text by this version. */
  readonly unmeasured: number;
  /** Releases whose drift is measured, one after another: how many are done; null where that is not in progress. */
  readonly measuring: { readonly done: number; readonly total: number } | null;
}

/** One marked copy of the base. Null is what was not measured. */
export interface ComparedRelease {
  readonly folder: string;
  /** Short: "r1". */
  readonly name: string;
  readonly runFolder: string;
  /** Why it is not ready to publish. */
  readonly notReady: string | null;
  /** ISO 8601. */
  readonly madeAt: string | null;
  readonly seconds: number | null;
  /** Values of the recipe in which the releases differ; null where the recipe cannot be read. */
  readonly recipe: readonly NamedFact[] | null;
  readonly keyCount: number;
  /** Keys that were answered when the run read the copy back. */
  readonly answered: number | null;
  /** Mean KL from the base a token, in nats, as the run measured it on held-back text, and its budget. */
  readonly kl: number | null;
  readonly driftBudget: number | null;
  /** Share of tokens with the same likeliest token, from the drift report. */
  readonly agreement: { readonly value: number; readonly report: string } | null;
  readonly verdict: {
    readonly kind: VerdictKind;
    readonly sentence: string;
    readonly report: string;
  } | null;
  /** The copy as it is, then a row an attack. */
  readonly survival: { readonly rows: readonly SurvivalRow[]; readonly report: string } | null;
  /** Checks of the run, in the order of steps. Recall is a share; drift is KL in nats a token. */
  readonly checks: readonly { readonly step: number; readonly recall: number; readonly drift: number }[];
}

const path = z.string().min(1).max(4096);

/** What the page may ask of the host. Everything is parsed on arrival. */
export const compareRequestSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('chooseBase'), path }),
  z.strictObject({ type: z.literal('openReport'), path }),
  z.strictObject({ type: z.literal('openRun'), path }),
  z.strictObject({ type: z.literal('verifyRelease'), path }),
  z.strictObject({ type: z.literal('measureDrift'), path }),
  z.strictObject({ type: z.literal('measureReleases'), path }),
  z.strictObject({ type: z.literal('testSurvival'), path }),
]);
export type CompareRequest = z.infer<typeof compareRequestSchema>;

/** What the host does for the page. */
export interface CompareHost {
  /** The page's first call. */
  ready(): Promise<CompareSnapshot>;
  /** The host itself shows errors. */
  act(request: CompareRequest): Promise<void>;
}

/** What the page does for the host. */
export interface ComparePage {
  show(snapshot: CompareSnapshot): void;
}
