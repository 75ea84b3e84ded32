// npm run release -- X.Y.Z: prepares a version for its publisher: the version in package.json, the changelog's date, a .vsix file
// for every platform with their checksums, a commit and a tag. Pushes and publishes nothing.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { giveUp, root } from './common.mjs';
import { makePackages } from './package';
import { releaseChangelog } from './steps/changelog';

const packages = join(root, 'out', 'package');
const checksums = join(packages, 'SHA256SUMS');
const changelog = join(root, 'CHANGELOG.md');
/** What a release changes, and what is put back where it fails. */
const changed = ['package.json', 'package-lock.json', 'CHANGELOG.md'];

export function main([version]: readonly string[]): void {
  if (version === undefined) giveUp('usage: npm run release -- X.Y.Z');
  const tag = `v${version}`;
  if (git('status', '--porcelain') !== '')
    giveUp('The working tree has changes: commit or stash them, so that the release is what the tag names.');
  if (git('tag', '--list', tag) !== '') giveUp(`The tag ${tag} exists: choose a new version.`);
  try {
    writeFileSync(changelog, datedChangelog(version));
    run('npm', 'version', version, '--no-git-tag-version', '--allow-same-version');
    rmSync(packages, { recursive: true, force: true });
    if (!makePackages([])) throw new Error('A package is larger than promised.');
    writeChecksums();
    git('commit', '--quiet', '--message', `Release ${version}`, '--', ...changed);
    git('tag', '--annotate', tag, '--message', `Version ${version}`);
  } catch (error) {
    // Back to the last commit, which is the release itself where only the tag failed.
    git('checkout', 'HEAD', '--', ...changed);
    giveUp((error as Error).message);
  }
  process.stdout.write(`${relative(root, checksums)}: checksums\nCommitted and tagged as ${tag}.\n`);
  process.stdout.write('To publish: git push --follow-tags, then upload the packages and the checksums.\n');
}

function datedChangelog(version: string): string {
  const today = new Date().toISOString().slice(0, 10);
  return releaseChangelog(readFileSync(changelog, 'utf8'), version, today);
}

/** In the format that `sha256sum --check` reads. */
function writeChecksums(): void {
  const files = readdirSync(packages).filter((name) => name.endsWith('.vsix'));
  const lines = files.map((name) => `${sha256(readFileSync(join(packages, name)))}  ${name}\n`);
  writeFileSync(checksums, lines.join(''));
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function git(...words: string[]): string {
  return run('git', ...words);
}

/** @throws {Error} with what the program said */
function run(program: string, ...words: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32' && program === 'npm',
  });
  if (status !== 0)
    throw new Error(`${program} ${words[0]} failed: ${(error?.message ?? stderr) || stdout}`.trimEnd());
  return stdout.trim();
}
