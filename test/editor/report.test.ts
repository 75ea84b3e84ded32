import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commandIds, reportEditorType } from '../../src/ids';
import { renderVerifyMarkdown } from '../../src/reports/markdown';
import { makeVerifyReport } from '../../src/reports/makeVerifyReport';
import { writeReport } from '../../src/reports/writeReport';
import { verifyReportSchema } from '../../src/verify/verifyReport';
import { sampleDrawnWords, sampleJudgement, verifyCircumstances } from '../unit/reports/samples';
import { answering } from './answers';
import { activateExtension, workspaceFolder } from './extension';
import { waitUntil } from '../harness/waitUntil';

describe('a report file', () => {
  const folder = join(workspaceFolder(), 'reports');
  const file = join(folder, 'check.fpreport.json');
  const activeTab = (): unknown => vscode.window.tabGroups.activeTabGroup.activeTab?.input;

  before(async () => {
    await activateExtension();
    await mkdir(folder);
    await writeFile(file, '{"format":"fingerprint-model/verify-report","version":9}');
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(folder, { recursive: true });
  });

  it('opens in its own editor, whatever is wrong with it', async () => {
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file));
    await waitUntil(() => activeTab() instanceof vscode.TabInputCustom);
    const input = activeTab();
    assert.ok(input instanceof vscode.TabInputCustom);
    assert.equal(input.viewType, reportEditorType);
  });

  it('opens as JSON from there, unchanged', async () => {
    await vscode.commands.executeCommand(commandIds.openReportAsJson);
    await waitUntil(() => activeTab() instanceof vscode.TabInputText);
    const shown = vscode.window.activeTextEditor?.document.getText();
    assert.equal(shown, await readFile(file, 'utf8'));
  });
});

describe('a report of a verification', () => {
  const sample = join(workspaceFolder(), 'sample');
  const folder = join(workspaceFolder(), 'reports', 'sample-verify');
  const findTab = (label: string): vscode.Tab | undefined =>
    vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).find((tab) => tab.label === label);

  before(async () => {
    await activateExtension();
    const circumstances = {
      ...verifyCircumstances,
      suspect: { ...verifyCircumstances.suspect, path: sample },
      drawnWords: sampleDrawnWords,
    };
    await writeReport(folder, 'verify', makeVerifyReport(sampleJudgement(64, 64, 61), circumstances));
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(join(workspaceFolder(), 'reports'), { recursive: true });
  });

  it('has a tab with the name of its model, which the next file does not replace', async () => {
    await vscode.commands.executeCommand(commandIds.openReport, join(folder, 'sample.verify.fpreport.json'));
    await waitUntil(() => findTab('sample.verify.fpreport.json') !== undefined);
    const tab = findTab('sample.verify.fpreport.json')!;
    assert.ok(tab.input instanceof vscode.TabInputCustom);
    assert.equal(tab.isPreview, false);
  });

  it('has the web page and the Markdown beside it, and none of them names where the workspace is', async () => {
    for (const ending of ['json', 'md', 'html']) {
      const text = await readFile(join(folder, `sample.verify.fpreport.${ending}`), 'utf8');
      assert.ok(!text.includes(workspaceFolder()), ending);
    }
    const stored: unknown = JSON.parse(await readFile(join(folder, 'sample.verify.fpreport.json'), 'utf8'));
    const report = verifyReportSchema.parse(stored);
    assert.equal(report.suspect.path, '../../sample');
    const markdown = await readFile(join(folder, 'sample.verify.fpreport.md'), 'utf8');
    assert.equal(markdown, renderVerifyMarkdown(report));
    await vscode.commands.executeCommand(commandIds.showReportFiles);
  });

  it('is printed in the browser of this machine, or not at all, with what to do then', async () => {
    const isHere = vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop;
    if (isHere) return;
    const { asked } = await answering([() => undefined], () =>
      vscode.commands.executeCommand(commandIds.printReport),
    );
    assert.match(asked[0]!.words, /^No browser could be opened .* Download the HTML file beside the report/);
  });

  it('is exported for printing under a name of its own', async () => {
    const target = join(folder, 'printed.html');
    const { asked } = await answering([() => 'Web Page (HTML)', () => target, () => undefined], () =>
      vscode.commands.executeCommand(commandIds.exportReport, join(folder, 'sample.verify.fpreport.json')),
    );
    assert.match(asked[0]!.detail, /for a browser or a printer/);
    assert.equal(basename(asked[1]!.detail), 'Verification of sample.html');
    assert.match(asked[2]!.words, /^The report is in .*printed\.html\./);
    assert.match(await readFile(target, 'utf8'), /@media print/);
  });

  it('is a file of its own kind, with an icon, also as JSON', async () => {
    await vscode.commands.executeCommand(commandIds.openReportAsJson);
    await waitUntil(() => vscode.window.activeTextEditor !== undefined);
    assert.equal(vscode.window.activeTextEditor?.document.languageId, 'fingerprint-report');
  });
});
