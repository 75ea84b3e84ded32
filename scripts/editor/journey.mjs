// The journey of a user through the packaged extension, in a real workbench: a key set is made, trained into the sample
// model, paused, interrupted and gone on with, the marked model is verified and its report read. Pictures of every view in
// dark, light and high contrast go to out/shots. "node scripts/editor/journey.mjs [FILE.vsix]" runs it alone.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFor } from '../package.mjs';
import { root, sayCounts } from '../steps.mjs';
import { Course, shotsFolder } from './journey/course.mjs';
import { packageProbe } from './journey/measure.mjs';
import {
  chooseModel,
  createKeySet,
  createTraveller,
  followRun,
  openPanel,
  survive,
  verify,
  writeRecipe,
} from './journey/stages.mjs';
import { openWorkbench } from './workbench.mjs';

/** The run takes its time on a machine with many cores too. */
const settings = { 'fingerprintModel.threads': 1 };
const stages = [openPanel, chooseModel, createKeySet, writeRecipe, followRun, survive, verify];

/** Goes the whole way, or up to the first step that fails. Returns { passed, failed }. */
export async function runJourney(vsix = packageFor('linux-x64')) {
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
    process.stderr.write(`${error.stack}\n`);
    if (course.failed === 0) course.failed++;
  } finally {
    await workbench.close();
  }
  return { passed: course.passed, failed: course.failed };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [vsix] = process.argv.slice(2).map((path) => resolve(path));
  const counts = await runJourney(vsix);
  sayCounts('journey in the editor', counts);
  process.exitCode = counts.failed > 0 ? 1 : 0;
}
