// The way from the command palette to the verdict with the keyboard alone: the focus is never lost, always seen and
// always named. Every view is then read as the text of its accessibility tree, and looked at in four themes, at 400 px
// and at 150 %. Texts and pictures go to out/shots/keyboard. "npm run build" and then "npm run test:journey -- keyboard"
// go it with the present build.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { root } from '../../../scripts/common.mjs';
import type { Counts } from '../nodeTests';
import { passphrase } from '../passphrase';
import { goWay, type Course } from './journey/course';
import { Hands } from './keyboard/hands';
import { keyboardShots, read } from './keyboard/read';
import { seeEveryWay } from './keyboard/everyWay';
import { openWorkbench, type Workbench } from './workbench';

const model = 'tiny-stories';
const recipeFile = 'light.recipe.json';
/** A match takes 31 that rank first; some seconds of training are enough for them. */
const keyCount = 36;
const lightRecipe = {
  ...{ steps: 40, checkEvery: 10, generated: 32, benignTokens: 32, benignBatch: 8 },
  ...{ driftBudget: 1, learningRate: 0.003, warmupSteps: 2 },
};
/** The work on a machine that is busy with other things. */
const workLimitMs = 600_000;

/** Goes the whole way, or up to the first step that fails. */
export async function goByKeyboard(): Promise<Counts> {
  const scratch = mkdtempSync(join(tmpdir(), 'fingerprint-keyboard-'));
  process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
  const folder = join(scratch, 'aurora');
  cpSync(join(root, 'media', 'sample-model'), join(folder, 'models', model), { recursive: true });
  // With a second one, there is something to choose.
  const other = join(root, 'test', 'fixtures', 'models', 'stories260K');
  cpSync(other, join(folder, 'models', 'stories260K'), { recursive: true });
  writeFileSync(join(folder, recipeFile), JSON.stringify(lightRecipe));
  rmSync(keyboardShots, { recursive: true, force: true });
  mkdirSync(keyboardShots, { recursive: true });
  const workbench = await openWorkbench({ folder });
  return goWay(workbench, async (course) => {
    const walker = createWalker(course, workbench);
    await goToVerdict(walker);
    await openOtherReports(walker);
    await seeEveryWay(course, workbench);
  });
}

/** What every part of the way works with. */
interface Walker {
  readonly hands: Hands;
  readonly view: FrameLocator;
  readonly step: (name: string, act: () => Promise<void>) => Promise<void>;
  readonly seen: (place: Locator) => Promise<void>;
  readonly button: (name: string | RegExp) => Locator;
  /** Reads a view as text. */
  readonly hear: (name: string, first?: RegExp) => Promise<void>;
  /** Goes through a view by Tab. */
  readonly walk: (name: string) => Promise<void>;
}

function createWalker(course: Course, workbench: Workbench): Walker {
  const hands = new Hands(workbench);
  const view = workbench.webview();
  return {
    hands,
    view,
    step: (name, act) => course.step(name, act),
    seen: (place) => place.waitFor({ timeout: workLimitMs }),
    button: (name) => view.getByRole('button', { name }),
    hear: (name, first) => read(course, workbench, name, first),
    walk: (name) =>
      course.step(`${name}: Tab goes through all of it in the order that is seen`, async () => {
        const heard = await hands.walkThrough();
        writeFileSync(join(keyboardShots, `${name}.tab.txt`), `${heard.join('\n')}\n`);
      }),
  };
}

async function goToVerdict(walker: Walker): Promise<void> {
  const startMs = performance.now();
  await makeKeys(walker);
  await trainKeys(walker);
  await verifyCopy(walker);
  const { presses, typed } = walker.hands;
  const minutes = ((performance.now() - startMs) / 60_000).toFixed(1);
  process.stdout.write(`    verdict after ${presses} keys and ${typed} typed characters, ${minutes} min\n`);
  await walker.hear('report-verify', /heading "Match: \d+ of \d+/);
  await walker.walk('report-verify');
}

async function makeKeys({ hands, view, step, seen, hear, walk }: Walker): Promise<void> {
  await step('the palette opens the panel', async () => {
    await hands.command('Fingerprint Model: Open Panel');
    await seen(view.getByRole('list', { name: 'Models' }));
  });
  await step('a model is chosen', async () => {
    await hands.tabTo(/^button ".*tiny-stories/);
    await hands.press('Enter');
    await seen(view.getByRole('table', { name: 'Checks of the checkpoint' }));
    await view.getByText('Reading every weight').waitFor({ state: 'hidden', timeout: workLimitMs });
    await hands.feel();
  });
  await hear('panel-model');
  await walk('panel-model');
  await step('the next step is making keys', async () => {
    await hands.tabTo(/^button "Create Key Set"/);
    await hands.press('Enter');
    await seen(view.getByRole('textbox', { name: /^Keys/ }));
    await hands.feel();
  });
  await hear('panel-keys-plan');
  await step('keys are drawn', async () => {
    await hands.tabTo(/^textbox "Keys/);
    await hands.press('Control+a');
    await hands.type(String(keyCount));
    await hands.tabTo(/^button "Create Key Set/);
    await hands.press('Enter');
    await hands.answer('New file');
    await hands.answer('At least 8 characters', passphrase);
    await hands.answer('Repeat the passphrase', passphrase);
    await seen(view.getByRole('grid', { name: 'Keys of the set' }));
    await hands.feel();
  });
  await hear('panel-keys');
  await walk('panel-keys');
}

async function trainKeys({ hands, view, step, seen, button, hear, walk }: Walker): Promise<void> {
  await step('a recipe is loaded', async () => {
    await hands.tabTo(/^button "Continue to Recipe"/);
    await hands.press('Enter');
    await seen(button('Start Run'));
    await hands.feel();
    await hands.tabTo(/^button "Load Recipe/);
    await hands.press('Enter');
    await hands.answer('Choose Recipe File', recipeFile);
    await seen(view.getByText(/\d+ values changed/));
    await hands.feel();
  });
  await hear('panel-recipe');
  await walk('panel-recipe');
  await step('the run starts, and Pause has the focus', async () => {
    await hands.tabTo(/^button "Start Run"/);
    await hands.press('Enter');
    await seen(button('Pause'));
    await seen(view.getByText(/^step \d+ of \d+/));
    const { heard } = await hands.feel();
    if (!heard.startsWith('button "Pause"')) throw new Error(`The focus is on ${heard}.`);
  });
  await hear('panel-run');
  await step('the run ends, and the focus is still in the step', async () => {
    await seen(button('Open Report').first());
    await hands.feel();
  });
  await walk('panel-run-done');
}

async function verifyCopy({ hands, view, step, seen, hear, walk }: Walker): Promise<void> {
  await step('its report is opened', async () => {
    await hands.tabTo(/^button "Open Report"/);
    await hands.press('Enter');
    await seen(view.getByRole('heading', { name: 'Before you publish' }));
    await hands.feel();
  });
  await hear('panel-report');
  await walk('panel-report');
  await step('the copy is verified: a match', async () => {
    await hands.tabTo(/^button "Verify"/);
    await hands.press('Enter');
    await seen(view.getByText(/Match: \d+ of \d+ /).first());
    await hands.feel();
  });
  await step('its verdict is read in its report', async () => {
    await hands.tabTo(/^button "Open Report"/);
    await hands.press('Enter');
    await seen(view.getByRole('heading', { name: /^Match: \d+ of \d+ / }));
  });
}

/** The views that come after the verdict. */
async function openOtherReports({ hands, view, step, seen, hear, walk }: Walker): Promise<void> {
  const release = `${model}-r1`;
  const open = async (command: string, question: string | null, heading: RegExp): Promise<void> => {
    await hands.command(`Fingerprint Model: ${command}`);
    if (question !== null) await hands.answer(question, release);
    if (command === 'Rehearse') await hands.answer('Full List', 'Short List');
    await seen(view.getByRole('heading', { name: heading }).first());
  };
  await step('its drift is measured', () => open('Measure Drift', 'Choose Folder…', /^Predictions moved/));
  await hear('report-drift', /heading "Predictions moved/);
  await step('attacks on it are rehearsed', () => open('Rehearse', 'Choose Folder…', /^The mark is/));
  await hear('report-rehearsal', /heading "The mark is/);
  await step('releases are compared', () => open('Compare Releases', null, /^Releases$/));
  await hear('compare');
  await walk('compare');
}
