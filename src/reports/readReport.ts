import * as z from 'zod';
import { UserError } from '../common/errors';
import { reportKinds } from '../contract/reportKinds';
import { driftReportSchema, type DriftReport } from '../drift/driftReport';
import { certifyRehearsal } from '../rehearse/certificate';
import { rehearsalReportSchema, type RehearsalReport } from '../rehearse/rehearsalReport';
import { verifyReportSchema, type VerifyReport } from '../verify/verifyReport';
import { checkVerifyReport } from './checkReport';

/** A stored report of any kind. */
export type StoredReport =
  | { readonly kind: typeof reportKinds.verify; readonly report: VerifyReport }
  | { readonly kind: typeof reportKinds.drift; readonly report: DriftReport }
  | { readonly kind: typeof reportKinds.rehearsal; readonly report: RehearsalReport };

/** The model that a report is about. */
export function subjectOf(stored: StoredReport): VerifyReport['suspect'] {
  return stored.kind === reportKinds.verify ? stored.report.suspect : stored.report.marked;
}

const reportVersion = 1;
const askForCopy = 'Use an undamaged copy of the report, or make it again.';

const envelopeSchema = z.looseObject({
  format: z.enum([
    'fingerprint-model/verify-report',
    'fingerprint-model/drift-report',
    'fingerprint-model/rehearsal-report',
  ]),
  version: z.int(),
});

/**
 * Reads the text of a `.fpreport.json` file; `name` says in errors which file it was. The verdict of a verify
 * report is computed again from its rows.
 * @throws UserError `broken-report`, `not-a-report`, `newer-report`, or as checkVerifyReport.
 */
export function readReport(text: string, name: string): StoredReport {
  const value = parseText(text, name);
  const envelope = envelopeSchema.safeParse(value);
  if (!envelope.success)
    throw new UserError('not-a-report', `${name} is not a report from this tool.`, askForCopy);
  const { format, version } = envelope.data;
  if (version > reportVersion)
    throw new UserError(
      'newer-report',
      `${name} was written by a newer version of this tool: its format is version ${version}, but this one reads version ${reportVersion}.`,
      'Update the extension, then open the report again.',
    );
  if (format === 'fingerprint-model/verify-report')
    return {
      kind: reportKinds.verify,
      report: checkVerifyReport(parse(value, verifyReportSchema, name), name),
    };
  if (format === 'fingerprint-model/rehearsal-report')
    return {
      kind: reportKinds.rehearsal,
      report: checkCertificate(parse(value, rehearsalReportSchema, name), name),
    };
  return { kind: reportKinds.drift, report: parse(value, driftReportSchema, name) };
}

function parseText(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError('broken-report', `${name} is damaged or truncated.`, askForCopy, { cause: error });
  }
}

function parse<T>(value: unknown, schema: z.ZodType<T>, name: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const path = parsed.error.issues[0]?.path.join('.') ?? '';
  const where = path === '' ? '' : ` The value of ${path} is wrong.`;
  throw new UserError('broken-report', `${name} is damaged.${where}`, askForCopy, { cause: parsed.error });
}

/** @throws UserError `contradicting-report` where figures were changed after they were certified. */
function checkCertificate(report: RehearsalReport, name: string): RehearsalReport {
  if (certifyRehearsal(report) === report.certificate) return report;
  throw new UserError(
    'contradicting-report',
    `${name} contradicts itself: its figures are not those of its certificate.`,
    askForCopy,
  );
}
