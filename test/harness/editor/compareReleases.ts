// The page Compare Releases in a real workbench, with two releases that the built command line made: it is opened,
// sorted and used, what is missing is measured, a recipe is loaded, and pictures of it in four themes and at 400 px go to out/shots. "node scripts/run.mjs
// test/harness/editor/compareReleases.ts [FOLDER]". The extension must be built (node esbuild.mjs). The releases stay
// in FOLDER if one is given, and are taken from there the next time; with --prepare before it nothing else is done.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { root } from '../../../scripts/common.mjs';
import { sayCounts } from '../nodeTests';
import { compareReleases } from './journey/compareReleases';
import { goWay, shotsFolder } from './journey/course';
import { loadRecipe, measureReleases } from './journey/measureReleases';
import { openWorkbench } from './workbench';
import { passphrase } from '../passphrase';

const keyCount = 8;
/** Two recipes that differ: one learns all keys, the other stops early. */
const recipes = {
  r1: { steps: 40, checkEvery: 8, generated: 24, driftBudget: 1 },
  r2: { steps: 24, checkEvery: 6, generated: 24, driftBudget: 1, learningRate: 0.003 },
};

export async function main(words: readonly string[]): Promise<void> {
  const [kept] = words.filter((word) => !word.startsWith('--'));
  const scratch = kept === undefined ? mkdtempSync(join(tmpdir(), 'fingerprint-compare-')) : resolve(kept);
  if (kept === undefined) process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
  // The command line and the workbench are one installation: both know the reports.
  process.env.FINGERPRINT_STATE_DIR = join(scratch, 'state');
  const folder = join(scratch, 'aurora');
  if (!existsSync(folder)) makeReleases(folder);
  if (words.includes('--prepare')) return;
  mkdirSync(shotsFolder, { recursive: true });
  const workbench = await openWorkbench({ folder });
  const counts = await goWay(workbench, async (course) => {
    await compareReleases(course, workbench);
    await loadRecipe(course, workbench);
    await measureReleases(course, workbench);
  });
  sayCounts('releases compared in the editor', counts);
  process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
}

/** A workspace with a base, its key set and two releases, of which one was verified and attacked. */
function makeReleases(folder: string): void {
  const models = join(folder, 'models');
  const base = join(models, 'tiny-stories');
  const keys = join(folder, 'tiny-stories-keys.fpkeys');
  cpSync(join(root, 'media', 'sample-model'), base, { recursive: true });
  const device = ['--device', 'cpu'];
  call(['keys', 'create', '--model', base, '--out', keys, '--count', String(keyCount), ...device]);
  for (const [name, recipe] of Object.entries(recipes)) {
    const file = join(folder, `${name}.recipe.json`);
    writeFileSync(file, JSON.stringify(recipe));
    const out = join(models, `tiny-stories-${name}`);
    call(['embed', '--model', base, '--keys', keys, '--out', out, '--recipe', file, ...device]);
  }
  const copy = join(models, 'tiny-stories-r1');
  const report = ['--report', join(folder, 'reports', 'r1')];
  call(['verify', '--model', copy, '--keys', keys, '--base', base, '--no-rederive', ...report, ...device]);
  call(['survive', '--model', copy, '--keys', keys, '--base', base, ...report, ...device]);
}

/** A copy that misses a goal is a copy all the same, and a small set never makes a match. */
const goodEnds = [0, 3, 4, 5];

function call(words: readonly string[]): void {
  const env = { ...process.env, FINGERPRINT_PASSPHRASE: passphrase };
  try {
    execFileSync(process.execPath, [join(root, 'dist', 'cli.cjs'), ...words], { env, stdio: 'pipe' });
  } catch (error) {
    const { status, stderr } = error as { status: number | null; stderr: Buffer };
    if (!goodEnds.includes(status ?? -1)) throw new Error(`${words.join(' ')}: ${stderr.toString()}`);
  }
}
