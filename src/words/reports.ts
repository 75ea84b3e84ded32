import type { ReportKind } from '../contract/reportKinds';

/** What a person calls a report of this kind. */
export const reportNames: Readonly<Record<ReportKind, string>> = {
  verify: 'verification',
  drift: 'drift',
  rehearsal: 'rehearsal',
};

/** "Verification of chat-5M-r1". */
export function titleReport(kind: ReportKind, model: string): string {
  const name = reportNames[kind];
  return `${name.charAt(0).toUpperCase()}${name.slice(1)} of ${model}`;
}
