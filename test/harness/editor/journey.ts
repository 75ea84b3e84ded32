// A user's journey through the packaged extension, in a real workbench: a key set is made and trained into
// the sample model; the run is paused, interrupted and resumed; the marked model is verified and its report
// read. Pictures of every view in dark, light and high contrast go to out/shots. "npm run test:journey" runs only
// the journey; "npm run test:journey -- real MODEL" goes the way of a creator with a real model of minutes, which
// npm test leaves out.
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { giveUp, root } from '../../../scripts/common.mjs';
import { packageFor } from '../../../scripts/steps/packageFor';
import { sayCounts, type Counts } from '../nodeTests';
import { goWay, shotsFolder, type Course } from './journey/course';
import { packageProbe } from './journey/measure';
import { seeOtherRuns } from './journey/otherRuns';
import { seeComparison } from './journey/seeComparison';
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
import { readDrift, readEstimate } from './journey/driftStages';
import {
  drawRealKeys,
  judgeMotion,
  judgeRealModel,
  readRealModel,
  trainRealModel,
} from './journey/realStages';
import type { Settings } from './profile';
import { goByKeyboard } from './keyboard';
import { walkAsStranger } from './stranger';
import { openWorkbench, type Workbench } from './workbench';

/** So that the run takes long enough on a machine with many cores too. */
const settings = { 'fingerprintModel.threads': 1 };
const stages = [
  openPanel,
  chooseModel,
  createKeySet,
  readEstimate,
  writeRecipe,
  followRun,
  survive,
  verify,
  readDrift,
  seeOtherRuns,
  seeComparison,
];
const realStages = [readRealModel, drawRealKeys, trainRealModel, judgeRealModel, judgeMotion];

export async function main(words: readonly string[]): Promise<void> {
  const [kind, ...others] = words;
  if (kind !== undefined && kind !== 'real' && kind !== 'stranger' && kind !== 'keyboard')
    giveUp(`There is no journey "${kind}"; the other ones are "real", "stranger" and "keyboard".`);
  const counts = await runKind(kind, others);
  sayCounts(titles[kind ?? 'usual'], counts);
  process.exitCode = counts.failed > 0 ? 1 : 0;
}

const titles = {
  usual: 'journey in the editor',
  real: 'journey on a real model',
  stranger: "a stranger's way",
  keyboard: 'journey by keyboard',
};

type Kind = Exclude<keyof typeof titles, 'usual'>;

function runKind(kind: Kind | undefined, words: readonly string[]): Promise<Counts> {
  if (kind === 'real') return runRealJourney(words[0]);
  if (kind === 'keyboard') return goByKeyboard();
  return kind === 'stranger' ? walkAsStranger() : runJourney();
}

/** Runs the whole journey, or up to the first step that fails. */
export function runJourney(): Promise<Counts> {
  const sample = join(root, 'media', 'sample-model');
  return travel({ model: sample, name: 'tiny-stories', settings }, async (course, workbench, folder) => {
    const traveller = createTraveller(course, workbench, folder);
    for (const stage of stages) await stage(traveller);
  });
}

/** @param given the folder of a chat model of some hundred million parameters */
function runRealJourney(given: string | undefined): Promise<Counts> {
  const model = given ?? process.env.FINGERPRINT_REAL_MODEL;
  if (model === undefined || !existsSync(join(model, 'config.json')))
    giveUp(
      'Give the folder of a real model: npm run test:journey -- real MODEL, or set FINGERPRINT_REAL_MODEL.',
    );
  const name = basename(resolve(model));
  return travel(
    { model, name, settings: { 'fingerprintModel.threads': 2 } },
    async (course, workbench, folder) => {
      for (const stage of realStages) await stage({ course, workbench, folder, model: name });
    },
  );
}

interface Start {
  /** The folder of the model, and its name in the workspace. */
  readonly model: string;
  readonly name: string;
  readonly settings: Settings;
}

type Way = (course: Course, workbench: Workbench, folder: string) => Promise<void>;

async function travel({ model, name, settings }: Start, way: Way): Promise<Counts> {
  const scratch = mkdtempSync(join(tmpdir(), 'fingerprint-journey-'));
  process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
  const folder = join(scratch, 'aurora');
  cpSync(model, join(folder, 'models', name), { recursive: true, dereference: true });
  const probe = join(scratch, 'probe.vsix');
  packageProbe(probe);
  rmSync(shotsFolder, { recursive: true, force: true });
  mkdirSync(shotsFolder, { recursive: true });
  const workbench = await openWorkbench({ folder, vsix: [packageFor('linux-x64'), probe], settings });
  return goWay(workbench, (course) => way(course, workbench, folder));
}
