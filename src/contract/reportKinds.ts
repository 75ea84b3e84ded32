/** The kinds of stored reports, each called as the operation that makes it; files and folders of reports bear these names. */
export const reportKinds = { verify: 'verify', drift: 'drift' } as const;
export type ReportKind = (typeof reportKinds)[keyof typeof reportKinds];
