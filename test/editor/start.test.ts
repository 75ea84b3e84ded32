import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commandIds, viewIds } from '../../src/ids';
import type { TestApi } from '../../src/vscode/testApi';
import { answering } from './answers';
import { activateExtension, workspaceFolder } from './extension';
import { waitUntil } from '../harness/waitUntil';

describe('recipe files', () => {
  const path = join(workspaceFolder(), 'mine.recipe.json');
  const uri = vscode.Uri.file(path);

  before(async () => {
    await activateExtension();
    await writeFile(path, '{"steps": 12, "margin": -1}\n');
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(path, { force: true });
  });

  it('say above their text what they can be used for', async () => {
    await vscode.window.showTextDocument(uri);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      uri,
    );
    assert.deepEqual(
      lenses.map(({ command }) => [command?.title, command?.command]),
      [
        ['$(play) Start Run with This Recipe', commandIds.startWithRecipe],
        ['Use in Panel', commandIds.useRecipe],
      ],
    );
  });

  it('are checked by the schema of recipes', async () => {
    await waitUntil(() => vscode.languages.getDiagnostics(uri).length > 0, 200);
    const [fault] = vscode.languages.getDiagnostics(uri);
    assert.match(fault!.message, /minimum/i);
  });

  it('open as a new file beside the model, with schema and lenses before they are saved', async () => {
    const row = { target: { kind: 'checkpoint', path: join(workspaceFolder(), 'sample') } };
    await vscode.commands.executeCommand(commandIds.openRecipeFile, row);
    await waitUntil(() => vscode.window.activeTextEditor?.document.isUntitled === true);
    const { document } = vscode.window.activeTextEditor!;
    assert.equal(basename(document.uri.path), 'sample.recipe.json');
    const values = JSON.parse(document.getText()) as Record<string, unknown>;
    assert.equal(typeof values.margin, 'number');
    // A file that names these would switch off the probe.
    assert.deepEqual([values.learningRate, values.layers], [undefined, undefined]);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
    );
    assert.equal(lenses.length, 2);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), '{"steps": "many"}');
    await vscode.workspace.applyEdit(edit);
    await waitUntil(() => vscode.languages.getDiagnostics(document.uri).length > 0, 200);
  });

  it('can be used in the panel, unsaved too', async () => {
    await vscode.window.showTextDocument(uri);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(uri, new vscode.Range(0, 0, 9, 0), '{"steps": 123}');
    await vscode.workspace.applyEdit(edit);
    await vscode.commands.executeCommand(commandIds.useRecipe, uri);
    await waitUntil(() =>
      vscode.window.tabGroups.all.some(({ activeTab }) => activeTab?.input instanceof vscode.TabInputWebview),
    );
    assert.equal(await readFile(path, 'utf8'), '{"steps": 12, "margin": -1}\n');
  });
});

describe('the sample model', () => {
  let api: TestApi;
  before(async () => {
    api = await activateExtension();
    await vscode.commands.executeCommand(`${viewIds.models}.focus`);
    await api.index.whenReady();
  });

  it('opens at once from the storage of the extension, without a question', async () => {
    await vscode.commands.executeCommand(commandIds.trySampleModel);
    const sample = api.index.checkpoints.find(({ name }) => name === 'tiny-stories');
    assert.ok(sample?.facts, 'it is in the index');
    assert.ok(!sample.path.startsWith(workspaceFolder()), 'nothing is written into the workspace');
    await vscode.commands.executeCommand(commandIds.trySampleModel);
    assert.equal(api.index.checkpoints.filter(({ name }) => name === 'tiny-stories').length, 1);
  });

  it('is kept as a copy in a folder of one’s own, each time under a free name', async () => {
    const kept = join(workspaceFolder(), 'kept');
    await mkdir(kept);
    for (const name of ['fingerprint-sample', 'fingerprint-sample-2']) {
      const { asked } = await answering([() => kept, () => undefined], () =>
        vscode.commands.executeCommand(commandIds.keepSample),
      );
      assert.deepEqual(
        [asked[0]!.kind, asked[0]!.words],
        ['open', 'Choose a Folder for a Copy of the Sample Model'],
      );
      assert.equal(asked[1]!.words, `The sample model is in ${join(kept, name)}.`);
      assert.deepEqual(asked[1]!.choices, ['Open Folder']);
      assert.ok(existsSync(join(kept, name, 'tiny-stories', 'model.safetensors')));
    }
    await rm(kept, { recursive: true });
  });
});
