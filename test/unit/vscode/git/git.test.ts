import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { addPatterns, ignoreSecrets } from '../../../../src/vscode/git/ignoreFile';
import { findRepository, isIgnored, listTrackedSecrets } from '../../../../src/vscode/git/readGit';

describe('secrets in a git repository', () => {
  let folder: string;
  const git = (...args: string[]): Buffer => execFileSync('git', ['-C', folder, ...args]);
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fingerprint-git-'));
    git('init', '-q');
    await mkdir(join(folder, 'keys'));
    await mkdir(join(folder, 'a-r1.run'));
    await writeFile(join(folder, 'keys', 'a.fpkeys'), '{}');
    await writeFile(join(folder, 'a-r1.run', 'recipe.json'), '{}');
  });
  after(() => rm(folder, { recursive: true }));

  it('are found with their repository, and ignored once its .gitignore says so', async () => {
    const keys = join(folder, 'keys', 'a.fpkeys');
    assert.equal(await findRepository(join(folder, 'keys')), folder);
    assert.equal(await isIgnored(folder, keys), false);
    await writeFile(join(folder, '.gitignore'), 'build');
    await ignoreSecrets(folder);
    assert.equal(await isIgnored(folder, keys), true);
    assert.equal(await isIgnored(folder, join(folder, 'a-r1.run', 'recipe.json')), true);
    const text = await readFile(join(folder, '.gitignore'), 'utf8');
    assert.match(text, /^build\n\n# .*\n\*\.fpkeys\n\*\.run\/\n$/);
    await ignoreSecrets(folder);
    assert.equal(await readFile(join(folder, '.gitignore'), 'utf8'), text);
  });

  it('are listed where git tracks them, whatever the repository asks git to run', async () => {
    assert.deepEqual(await listTrackedSecrets(folder), []);
    git('add', '-f', 'keys/a.fpkeys', 'a-r1.run/recipe.json');
    const bait = join(folder, 'bait');
    git('config', 'core.fsmonitor', `touch ${bait}`);
    assert.deepEqual(await listTrackedSecrets(folder), ['a-r1.run/recipe.json', 'keys/a.fpkeys']);
    await assert.rejects(readFile(bait), { code: 'ENOENT' });
  });

  it('are none outside a repository', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'fingerprint-no-git-'));
    assert.equal(await findRepository(outside), undefined);
    assert.deepEqual(await listTrackedSecrets(outside), []);
    await rm(outside, { recursive: true });
  });

  it('keep the lines of a .gitignore that has some of them', () => {
    assert.equal(addPatterns('*.fpkeys\n*.run/\n'), '*.fpkeys\n*.run/\n');
    assert.match(addPatterns('*.fpkeys'), /^\*\.fpkeys\n\n# .*\n\*\.run\/\n$/);
  });
});
