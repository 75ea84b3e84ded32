import { posix } from 'node:path';
import * as vscode from 'vscode';
import { Cancelled } from '../../common/errors';
import { subjectOf, type StoredReport } from '../../reports/readReport';
import { nameFile } from '../../reports/reportFiles';
import { renderStoredHtml, renderStoredMarkdown } from '../../reports/renderStored';
import type { RevealedKeys } from '../../reports/tables/verifyTables';
import { formatCounted } from '../../words/numbers';
import { tellFile } from '../files/tellFile';
import type { OpenedKeys } from './openKeys';
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
 * Writes a report to a place that the user chooses, with those of the opened keys in the clear that they want; these
 * count as spent from then on.
 * @throws Cancelled when they give up; UserError as `opened.spend`.
 */
export async function exportReport(
  stored: StoredReport,
  source: vscode.Uri,
  opened?: OpenedKeys,
): Promise<void> {
  const title = 'Export Report';
  const form = await vscode.window.showQuickPick(forms, { title, placeHolder: 'As what?' });
  if (!form) throw new Cancelled();
  const revealed = opened ? await chooseKeys(opened) : new Map<number, never>();
  const target = await vscode.window.showSaveDialog({
    title,
    saveLabel: 'Export',
    // Not the name of the file that is already beside the report.
    defaultUri: vscode.Uri.joinPath(source, '..', `${titleOf(stored)}.${form.extension}`),
    filters: { [form.filter]: [form.extension] },
  });
  if (!target) throw new Cancelled();
  const fresh = [...revealed.keys()].filter((index) => opened?.spent.has(index) === false);
  // First: a file with keys in the clear must not exist without the note that they are spent.
  if (fresh.length > 0) await opened?.spend(fresh, posix.basename(target.path));
  await vscode.workspace.fs.writeFile(target, Buffer.from(render(stored, form.extension, revealed), 'utf8'));
  tellFile(sayExported(target, revealed.size, fresh.length), target.fsPath, true);
}

/** "Verification of chat-5M-r1", as a file's name. */
function titleOf(stored: StoredReport): string {
  return titleReport(stored.kind, nameFile(subjectOf(stored).path));
}

function sayExported(target: vscode.Uri, revealed: number, fresh: number): string {
  const shown = revealed === 0 ? '' : ` It shows ${formatCounted(revealed, 'key')} in the clear.`;
  const spent = fresh === 0 ? '' : ` ${formatCounted(fresh, 'key')} now count as spent.`;
  return `The report is in ${vscode.workspace.asRelativePath(target)}.${shown}${spent}`;
}

/** Lets the user choose keys for the export in the clear; none by default. */
async function chooseKeys({ all, spent }: OpenedKeys): Promise<RevealedKeys> {
  if (all.size === 0) return new Map();
  const items = [...all].map(([index, key]) => ({
    label: key.question,
    description: `${key.expected}${spent.has(index) ? ', spent' : ', will count as spent'}`,
    index,
    key,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Export Report',
    placeHolder: 'Keys to show in the clear, which then count as spent; all others stay hidden',
    canPickMany: true,
    matchOnDescription: true,
  });
  if (!chosen) throw new Cancelled();
  return new Map(chosen.map(({ index, key }) => [index, key]));
}

function render(stored: StoredReport, form: Form, revealed: RevealedKeys): string {
  return form === 'html' ? renderStoredHtml(stored, revealed) : renderStoredMarkdown(stored, revealed);
}
