import type { ReportKind } from '../contract/reportKinds';

/** What a person calls a report of this kind. */
export const reportNames: Readonly<Record<ReportKind, string>> = {
  verify: 'verification',
  drift: 'drift',
  survival: 'survival',
};
