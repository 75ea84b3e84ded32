import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { asDiskError, writeFileAtomic } from '../common/files';
import { rememberMade } from '../common/installation';
import { reportKinds, type ReportKind } from '../contract/reportKinds';
import { driftReportSchema, type DriftReport } from '../drift/driftReport';
import { verifyReportSchema, type VerifyReport } from '../verify/verifyReport';
import { renderDriftHtml, renderVerifyHtml } from './html';
import { renderDriftMarkdown, renderVerifyMarkdown } from './markdown';
import { withoutPlaces } from './places';
import { nameReport } from './reportFiles';

/** Paths of the files of one report. */
interface ReportFiles {
  readonly json: string;
  readonly markdown: string;
  readonly html: string;
}

/**
 * Writes `NAME.verify.fpreport.json` or `NAME.drift.fpreport.json` into a folder, which is made if missing, with
 * `.md` and self-contained `.html` beside it. NAME is that of the model's folder, and all places in the files are
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
export async function writeReport(
  folder: string,
  kind: ReportKind,
  report: VerifyReport | DriftReport,
): Promise<ReportFiles> {
  const stored = withoutPlaces(report, folder);
  const rendered = kind === reportKinds.verify ? renderVerify(stored) : renderDrift(stored);
  const name = nameReport('suspect' in report ? report.suspect.path : report.marked.path, kind);
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

function renderVerify(value: unknown): Rendered {
  const report = verifyReportSchema.parse(value);
  return {
    json: toJson(report),
    markdown: renderVerifyMarkdown(report),
    html: renderVerifyHtml(report),
  };
}

function renderDrift(value: unknown): Rendered {
  const report = driftReportSchema.parse(value);
  return {
    json: toJson(report),
    markdown: renderDriftMarkdown(report),
    html: renderDriftHtml(report),
  };
}

function toJson(report: VerifyReport | DriftReport): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
