import * as vscode from 'vscode';
import { Cancelled } from '../../common/errors';
import { subjectOf, type StoredReport } from '../../reports/readReport';
import { nameFile } from '../../reports/reportFiles';
import { renderStoredHtml, renderStoredMarkdown } from '../../reports/renderStored';
import type { RevealedKeys } from '../../reports/tables/verifyTables';
import { titleReport } from '../../words/reports';

const forms = [
  {
    label: 'Web Page (HTML)',
    detail: 'One file with its charts, for a browser or a printer',
    extension: 'html',
    filter: 'Web page',
  },
  {
    label: 'Markdown',
    detail: 'Words and tables, for an issue or a repository',
    extension: 'md',
    filter: 'Markdown',
  },
] as const;
type Form = (typeof forms)[number]['extension'];

/**
 * Writes a report to a place that the user chooses; `spent` holds the keys that it may include if they want.
 * @throws Cancelled when they give up.
 */
export async function exportReport(
  stored: StoredReport,
  source: vscode.Uri,
  spent: RevealedKeys = new Map(),
): Promise<void> {
  const title = 'Export Report';
  const form = await vscode.window.showQuickPick(forms, { title, placeHolder: 'As what?' });
  if (!form) throw new Cancelled();
  const revealed = await chooseKeys(spent);
  const target = await vscode.window.showSaveDialog({
    title,
    saveLabel: 'Export',
    // Not the name of the file that is already beside the report.
    defaultUri: vscode.Uri.joinPath(source, '..', `${titleOf(stored)}.${form.extension}`),
    filters: { [form.filter]: [form.extension] },
  });
  if (!target) throw new Cancelled();
  await vscode.workspace.fs.writeFile(target, Buffer.from(render(stored, form.extension, revealed), 'utf8'));
  vscode.window.setStatusBarMessage(`Report exported to ${vscode.workspace.asRelativePath(target)}`, 5000);
}

/** "Verification of chat-5M-r1", as a file's name. */
function titleOf(stored: StoredReport): string {
  return titleReport(stored.kind, nameFile(subjectOf(stored).path));
}

/** Lets the user choose spent keys for the export in the clear; none by default. */
async function chooseKeys(spent: RevealedKeys): Promise<RevealedKeys> {
  if (spent.size === 0) return new Map();
  const items = [...spent].map(([index, key]) => ({
    label: key.question,
    description: key.expected,
    index,
    key,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Export Report',
    placeHolder: 'Spent keys to show in the clear; all others stay hidden',
    canPickMany: true,
    matchOnDescription: true,
  });
  if (!chosen) throw new Cancelled();
  return new Map(chosen.map(({ index, key }) => [index, key]));
}

function render(stored: StoredReport, form: Form, revealed: RevealedKeys): string {
  return form === 'html' ? renderStoredHtml(stored, revealed) : renderStoredMarkdown(stored, revealed);
}
