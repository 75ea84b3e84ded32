import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { searchFolder } from '../../../../src/vscode/index/searchFolder';

let root: string;
before(() => {
  root = mkdtempSync(join(tmpdir(), 'fingerprint-test-'));
  for (const path of [
    'models/aurora/config.json',
    'models/aurora/model.safetensors',
    'models/pickled/config.json',
    'models/pickled/pytorch_model.bin',
    'app/config.json',
    'keys/a.fpkeys',
    'reports/x/verify.fpreport.json',
    'models/aurora.recipe.json',
    'node_modules/m/config.json',
    'node_modules/m/model.safetensors',
    'models/aurora-r1.run/recipe.json',
    'models/aurora-r1.run/inner.fpkeys',
  ]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '');
  }
  symlinkSync(join(root, 'models'), join(root, 'linked'));
});
after(() => rmSync(root, { recursive: true }));

const names = (paths: readonly string[]): string[] => paths.map((path) => relative(root, path));

describe('the search of a folder', () => {
  it("finds our files, and skips other tools' folders, links and runs", async () => {
    const finds = await searchFolder(root);
    assert.deepEqual(names(finds.checkpoints), ['models/aurora', 'models/pickled']);
    assert.deepEqual(names(finds.keySets), ['keys/a.fpkeys']);
    assert.deepEqual(names(finds.reports), ['reports/x/verify.fpreport.json']);
    assert.deepEqual(names(finds.recipes), ['models/aurora.recipe.json']);
  });

  it('ends at its limits', async () => {
    assert.deepEqual((await searchFolder(root, { depth: 1, entries: 1000 })).checkpoints, []);
    assert.deepEqual((await searchFolder(root, { depth: 6, entries: 3 })).checkpoints, []);
  });

  it('finds nothing in a missing folder', async () => {
    assert.deepEqual((await searchFolder(join(root, 'nowhere'))).checkpoints, []);
  });
});
