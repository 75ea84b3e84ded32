import * as z from 'zod';
import type { reportKinds } from '../contract/reportKinds';
import type { DriftReport } from '../drift/driftReport';
import type { RevealedKey } from '../reports/tables/verifyTables';
import type { RehearsalReport } from '../rehearse/rehearsalReport';
import type { VerifyReport } from '../verify/verifyReport';
import type { Problem } from './panel/parts';

/** What the page of a report file shows: always all of it. */
export type ReportSnapshot =
  | {
      readonly kind: typeof reportKinds.verify;
      readonly report: VerifyReport;
      /** Keys in the clear by their number in the set; null while they are hidden. */
      readonly revealed: readonly (readonly [number, RevealedKey])[] | null;
    }
  | { readonly kind: typeof reportKinds.drift; readonly report: DriftReport }
  | { readonly kind: typeof reportKinds.rehearsal; readonly report: RehearsalReport }
  | { readonly kind: 'problem'; readonly fileName: string; readonly problem: Problem };

/** What the page may ask for. Each is also a command of the palette, except copying. */
export const reportRequestSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('exportReport') }),
  z.strictObject({ type: z.literal('printReport') }),
  z.strictObject({ type: z.literal('showReportFiles') }),
  z.strictObject({ type: z.literal('revealKeys'), isRevealed: z.boolean() }),
  z.strictObject({ type: z.literal('openAsJson') }),
  z.strictObject({ type: z.literal('copy'), text: z.string().max(4000) }),
]);
export type ReportRequest = z.infer<typeof reportRequestSchema>;

/** What the host does for the page. */
export interface ReportHost {
  /** The page's first call. */
  ready(): Promise<ReportSnapshot>;
  act(request: ReportRequest): void;
}

/** What the page does for the host. */
export interface ReportPage {
  show(snapshot: ReportSnapshot): void;
}
