import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { TestApi } from '../../src/vscode/testApi';
import { waitUntil } from '../harness/waitUntil';
import { answering } from './answers';
import { activateExtension, findExtension, workspaceFolder } from './extension';

/** Git answers in less, and nothing says that it was asked. */
const settleMs = 1000;

describe('key sets in a git repository', () => {
  let api: TestApi;
  const published = join(workspaceFolder(), 'published');
  const declined = join(workspaceFolder(), 'declined');
  const someKeys = join(findExtension().extensionPath, 'test', 'fixtures', 'keyFiles', 'version-1.fpkeys');
  const git = (...args: string[]): void => void execFileSync('git', ['-C', published, ...args]);

  before(async () => {
    api = await activateExtension();
    await api.index.whenReady();
    for (const folder of [published, declined]) {
      await mkdir(folder);
      execFileSync('git', ['init', '-q', folder]);
    }
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const folder of [published, declined]) await rm(folder, { recursive: true });
    await api.index.refresh();
  });

  async function addKeys(...path: string[]): Promise<void> {
    await cp(someKeys, join(...path));
    await api.index.refresh();
    await sleep(settleMs);
  }

  it('are offered once to be ignored, and then are', async () => {
    const { asked } = await answering([() => 'Add to .gitignore'], () => addKeys(published, 'a.fpkeys'));
    assert.match(asked[0]!.words, /^a\.fpkeys is in a git repository\. Ignore key files/);
    await waitUntil(() => existsSync(join(published, '.gitignore')));
    assert.match(await readFile(join(published, '.gitignore'), 'utf8'), /^\*\.fpkeys\n\*\.run\/$/m);
    await answering([], () => addKeys(published, 'b.fpkeys'));
  });

  it('are not offered again where the offer was declined', async () => {
    const { asked } = await answering([() => 'Not Now'], () => addKeys(declined, 'c.fpkeys'));
    assert.match(asked[0]!.words, /^c\.fpkeys is in a git repository/);
    await answering([], () => addKeys(declined, 'd.fpkeys'));
    assert.equal(existsSync(join(declined, '.gitignore')), false);
  });

  it('that git tracks are warned of once, with the command that takes them out', async () => {
    git('add', '-f', 'a.fpkeys');
    const { asked } = await answering([() => 'Copy Git Command'], () => addKeys(published, 'e.fpkeys'));
    assert.match(asked[0]!.words, /^Git tracks a\.fpkeys in published\. .*make a new key set\.$/);
    await waitUntil(async () => (await vscode.env.clipboard.readText()).startsWith('git rm'));
    execFileSync('sh', ['-c', await vscode.env.clipboard.readText()], { cwd: published });
    assert.equal(execFileSync('git', ['-C', published, 'ls-files', '*.fpkeys']).toString(), '');
    assert.ok(existsSync(join(published, 'a.fpkeys')), 'the file stays');
    await answering([], () => addKeys(published, 'f.fpkeys'));
  });
});
