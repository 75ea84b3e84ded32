import type { DriftReport } from '../drift/driftReport';
import type { RehearsalReport } from '../rehearse/rehearsalReport';
import type { VerifyReport } from '../verify/verifyReport';
import { renderPage } from './page/page';
import type { RevealedKeys } from './tables/verifyTables';
import { viewDrift } from './page/viewDrift';
import { viewRehearsal } from './page/viewRehearsal';
import { viewVerify } from './page/viewVerify';

const onPaper = { isInteractive: false };

/** A verification as one self-contained page. Keys are in the clear only if their owner chose so. */
export function renderVerifyHtml(report: VerifyReport, revealed?: RevealedKeys): string {
  return renderPage(viewVerify(report, onPaper, revealed));
}

/** A measurement of drift as one self-contained page. */
export function renderDriftHtml(report: DriftReport): string {
  return renderPage(viewDrift(report, onPaper));
}

/** What a mark survives, as one self-contained page. */
export function renderRehearsalHtml(report: RehearsalReport): string {
  return renderPage(viewRehearsal(report, onPaper));
}
