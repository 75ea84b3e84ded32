import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commandIds, viewIds } from '../../src/ids';
import type { TestApi } from '../../src/vscode/testApi';
import { activateExtension, findExtension, say } from './extension';

describe('the extension', () => {
  let api: TestApi;
  before(async () => (api = await activateExtension()));

  it('says how long it takes to be loaded and to activate', () => {
    const startMs = performance.now();
    loadOnceMore();
    const loadingMs = performance.now() - startMs;
    const total = (loadingMs + api.activationMs).toFixed(1);
    const parts = `loading ${loadingMs.toFixed(1)} ms, activating ${api.activationMs.toFixed(1)} ms`;
    say(`    activation: ${total} ms of our own code (${parts})`);
    assert.ok(api.activationMs > 0);
  });

  it('registers every command', async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = Object.values(commandIds).filter((id) => !registered.has(id));
    assert.deepEqual(missing, []);
  });

  it('has every view', async () => {
    for (const id of Object.values(viewIds)) await vscode.commands.executeCommand(`${id}.focus`);
  });

  it('loads no native code into the editor', () => {
    const loaded = process.report.getReport() as unknown as { readonly sharedObjects: readonly string[] };
    assert.ok(loaded.sharedObjects.length > 0);
    assert.deepEqual(
      loaded.sharedObjects.filter((path) => path.includes('onnxruntime')),
      [],
    );
  });
});

/** Evaluates the bundle anew, which by itself does nothing. */
function loadOnceMore(): void {
  const { extensionPath } = findExtension();
  const load = createRequire(join(extensionPath, 'package.json'));
  const bundle = load.resolve('./dist/extension.cjs');
  const kept = load.cache[bundle];
  Reflect.deleteProperty(load.cache, bundle);
  load(bundle);
  if (kept) load.cache[bundle] = kept;
}
