// A user's journey through the packaged extension, in a real workbench: a key set is made and trained into
// the sample model; the run is paused, interrupted and resumed; the marked model is verified and its report
// read. Pictures of every view in dark, light and high contrast go to out/shots. "node scripts/run.mjs
// test/harness/editor/journey.ts [FILE.vsix]" runs only the journey.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { root } from '../../../scripts/common.mjs';
import { packageFor } from '../../../scripts/steps/packageFor';
import { sayCounts, type Counts } from '../nodeTests';
import { Course, shotsFolder } from './journey/course';
import { packageProbe } from './journey/measure';
import {
  chooseModel,
  createKeySet,
  createTraveller,
  followRun,
  openPanel,
  survive,
  verify,
  writeRecipe,
} from './journey/stages';
import { openWorkbench } from './workbench';

/** So that the run takes long enough on a machine with many cores too. */
const settings = { 'fingerprintModel.threads': 1 };
const stages = [openPanel, chooseModel, createKeySet, writeRecipe, followRun, survive, verify];

export async function main(words: readonly string[]): Promise<void> {
  const [vsix] = words.map((path) => resolve(path));
  const counts = await runJourney(vsix);
  sayCounts('journey in the editor', counts);
  process.exitCode = counts.failed > 0 ? 1 : 0;
}

/** Runs the whole journey, or up to the first step that fails. */
export async function runJourney(vsix = packageFor('linux-x64')): Promise<Counts> {
  const scratch = mkdtempSync(join(tmpdir(), 'fingerprint-journey-'));
  process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
  const folder = join(scratch, 'aurora');
  cpSync(join(root, 'media', 'sample-model'), join(folder, 'models', 'tiny-stories'), { recursive: true });
  const probe = join(scratch, 'probe.vsix');
  packageProbe(probe);
  rmSync(shotsFolder, { recursive: true, force: true });
  mkdirSync(shotsFolder, { recursive: true });
  const workbench = await openWorkbench({ folder, vsix: [vsix, probe], settings });
  const course = new Course(workbench);
  try {
    const traveller = createTraveller(course, workbench, folder);
    for (const stage of stages) await stage(traveller);
  } catch (error) {
    process.stderr.write(`${(error as Error).stack ?? ''}\n`);
    if (course.failed === 0) course.failed++;
  } finally {
    await workbench.close();
  }
  return { passed: course.passed, failed: course.failed };
}
