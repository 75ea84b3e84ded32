/** The kinds of stored reports; files and folders of reports bear these names. */
export const reportKinds = { verify: 'verify', drift: 'drift', rehearsal: 'rehearsal' } as const;
export type ReportKind = (typeof reportKinds)[keyof typeof reportKinds];
