import { reportKinds } from '../contract/reportKinds';
import { renderDriftHtml, renderRehearsalHtml, renderVerifyHtml } from './html';
import { renderDriftMarkdown, renderRehearsalMarkdown, renderVerifyMarkdown } from './markdown';
import type { StoredReport } from './readReport';
import type { RevealedKeys } from './tables/verifyTables';

/** A stored report of any kind as one self-contained page. Only a verification has keys to reveal. */
export function renderStoredHtml(stored: StoredReport, revealed?: RevealedKeys): string {
  switch (stored.kind) {
    case reportKinds.verify:
      return renderVerifyHtml(stored.report, revealed);
    case reportKinds.drift:
      return renderDriftHtml(stored.report);
    case reportKinds.rehearsal:
      return renderRehearsalHtml(stored.report);
  }
}

/** The same as Markdown. */
export function renderStoredMarkdown(stored: StoredReport, revealed?: RevealedKeys): string {
  switch (stored.kind) {
    case reportKinds.verify:
      return renderVerifyMarkdown(stored.report, revealed);
    case reportKinds.drift:
      return renderDriftMarkdown(stored.report);
    case reportKinds.rehearsal:
      return renderRehearsalMarkdown(stored.report);
  }
}
