import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { asDiskError, writeFileAtomic } from '../common/files';
import { rememberMade } from '../common/installation';
import { reportKinds, type ReportKind } from '../contract/reportKinds';
import { driftReportSchema, type DriftReport } from '../drift/driftReport';
import { rehearsalReportSchema, type RehearsalReport } from '../rehearse/rehearsalReport';
import { verifyReportSchema, type VerifyReport } from '../verify/verifyReport';
import { withoutPlaces } from './places';
import { renderStoredHtml, renderStoredMarkdown } from './renderStored';
import { subjectOf, type StoredReport } from './readReport';
import { nameReport } from './reportFiles';

/** Paths of the files of one report. */
interface ReportFiles {
  readonly json: string;
  readonly markdown: string;
  readonly html: string;
}

/**
 * Writes `NAME.verify.fpreport.json`, `NAME.drift.fpreport.json` or `NAME.survival.fpreport.json` into a folder, which
 * is made if missing, with `.md` and self-contained `.html` beside it. NAME is that of the model's folder, and all places in the files are
 * as withoutPlaces leaves them. The JSON comes last: where it exists, the others are complete. This installation
 * remembers that it wrote the JSON.
 * @throws UserError `disk-full` or `not-writable`.
 */
export function writeReport(
  folder: string,
  kind: typeof reportKinds.verify,
  report: VerifyReport,
): Promise<ReportFiles>;
export function writeReport(
  folder: string,
  kind: typeof reportKinds.drift,
  report: DriftReport,
): Promise<ReportFiles>;
export function writeReport(
  folder: string,
  kind: typeof reportKinds.rehearsal,
  report: RehearsalReport,
): Promise<ReportFiles>;
export async function writeReport(folder: string, kind: ReportKind, report: unknown): Promise<ReportFiles> {
  const stored = parse(kind, withoutPlaces(report, folder));
  const rendered = render(stored);
  const name = nameReport(subjectOf(stored).path, kind);
  const files = {
    json: join(folder, `${name}.json`),
    markdown: join(folder, `${name}.md`),
    html: join(folder, `${name}.html`),
  };
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw asDiskError(error, folder);
  }
  await writeFileAtomic(files.html, rendered.html);
  await writeFileAtomic(files.markdown, rendered.markdown);
  // Before it appears: whoever sees it there looks whether it is remembered.
  rememberMade('report', rendered.json);
  await writeFileAtomic(files.json, rendered.json);
  return files;
}

interface Rendered {
  readonly json: string;
  readonly markdown: string;
  readonly html: string;
}

function parse(kind: ReportKind, report: unknown): StoredReport {
  switch (kind) {
    case reportKinds.verify:
      return { kind, report: verifyReportSchema.parse(report) };
    case reportKinds.drift:
      return { kind, report: driftReportSchema.parse(report) };
    case reportKinds.rehearsal:
      return { kind, report: rehearsalReportSchema.parse(report) };
  }
}

function render(stored: StoredReport): Rendered {
  return {
    json: `${JSON.stringify(stored.report, undefined, 2)}\n`,
    markdown: renderStoredMarkdown(stored),
    html: renderStoredHtml(stored),
  };
}
