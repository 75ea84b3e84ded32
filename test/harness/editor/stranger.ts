// The way of somebody who has never seen the extension, from an empty window to the first verdict on the
// sample model, with every click and question counted. Pictures go to out/shots/stranger. "npm run build" and
// then "npm run test:journey -- stranger" walk it with the present build.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { root } from '../../../scripts/common.mjs';
import type { Counts } from '../nodeTests';
import { assertAccessible } from './journey/accessibility';
import { goWay, shotsFolder, type Course } from './journey/course';
import { waitForTick, waitForWalkthrough, walkthroughButton } from './journey/walkthrough';
import { openWorkbench, type Workbench } from './workbench';
import { passphrase } from '../passphrase';

/** The work on a machine that is busy with other things. */
const workLimitMs = 600_000;
/** More would be a wizard. */
const mostClicks = 12;
const mostQuestions = 4;

/** Walks the whole way, or up to the first step that fails. */
export async function walkAsStranger(): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'fingerprint-stranger-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(shotsFolder, 'stranger'), { recursive: true });
  const size = { width: 1440, height: 900 };
  const workbench = await openWorkbench({ folder, ...size });
  return goWay(workbench, async (course) => {
    await walk(course, workbench);
    await seeTickFromStart(course, folder);
  });
}

/** A step that was done before the extension was installed is ticked, too. */
async function seeTickFromStart(course: Course, scratch: string): Promise<void> {
  const folder = join(scratch, 'aurora');
  cpSync(join(root, 'media', 'sample-model'), join(folder, 'tiny-stories'), { recursive: true });
  const workbench = await openWorkbench({ folder });
  try {
    await course.step('a model that was there from the start is ticked', async () => {
      await workbench.openSidebar();
      await workbench.row('Models', /tiny-stories/).waitFor();
      await workbench.runCommand('Fingerprint Model: Open Walkthrough');
      await waitForTick(workbench.page, 'Open a checkpoint');
      await workbench.takeShot(join(shotsFolder, 'stranger', '9-from-start.png'));
    });
  } finally {
    await workbench.close();
  }
}

async function walk(course: Course, workbench: Workbench): Promise<void> {
  const startMs = performance.now();
  const effort = { clicks: 0, questions: 0 };
  const { page } = workbench;
  const view = workbench.webview();
  const click = async (target: Locator): Promise<void> => {
    await target.click({ timeout: workLimitMs });
    effort.clicks++;
  };
  /** One box follows another: each is answered only once its own prompt is there. */
  const answer = async (prompt: string, text: string | null): Promise<void> => {
    await page.locator('.quick-input-widget').getByText(prompt).first().waitFor();
    if (text !== null) await workbench.quickInput.fill(text);
    await workbench.quickInput.press('Enter');
    effort.questions++;
  };
  const button = (name: string): Locator => view.getByRole('button', { name, exact: true });
  const look = (name: string): Promise<void> =>
    workbench.takeShot(join(shotsFolder, 'stranger', `${name}.png`));

  await course.step('the icon shows what there is to do', async () => {
    await workbench.openSidebar();
    effort.clicks++;
    await page.getByRole('button', { name: 'Open Walkthrough' }).waitFor();
    await look('1-sidebar');
  });
  await course.step('the walkthrough opens, with its pictures', async () => {
    await click(page.getByRole('button', { name: 'Open Walkthrough' }));
    await waitForWalkthrough(page);
    await page.locator('.getting-started-media').waitFor({ state: 'visible' });
    await look('2-walkthrough');
  });
  await course.step('the sample opens at once', async () => {
    await click(walkthroughButton(page, 'Try the Sample Model'));
    await button('Create Key Set').waitFor({ timeout: workLimitMs });
    await look('3-model');
  });
  await course.step('keys are drawn', async () => {
    await click(button('Create Key Set'));
    await click(button('Create Key Set…'));
    await answer('New file', null);
    await answer('At least 8 characters', passphrase);
    await answer('Repeat the passphrase', passphrase);
    await view.getByRole('grid', { name: 'Keys of the set' }).waitFor({ timeout: workLimitMs });
    await look('4-keys');
  });
  await course.step('a preset is chosen already, and the run starts', async () => {
    await click(button('Continue to Recipe'));
    await view.getByRole('radio', { name: /^Balanced/, checked: true }).waitFor();
    await look('5-recipe');
    await assertAccessible(view, 'Recipe');
    await click(button('Start Run'));
    await button('Open Report').first().waitFor({ timeout: workLimitMs });
    await look('6-run');
  });
  await course.step('the copy is verified: a match', async () => {
    await click(button('Open Report').first());
    await click(button('Verify').first());
    await view
      .getByText(/^Match/)
      .first()
      .waitFor({ timeout: workLimitMs });
    await look('7-report');
  });
  const minutes = (performance.now() - startMs) / 60_000;
  process.stdout.write(
    `    first verdict after ${effort.clicks} clicks, ${effort.questions} questions and ${minutes.toFixed(1)} min\n`,
  );
  await course.step('the walkthrough has ticked what was done', async () => {
    await workbench.runCommand('Fingerprint Model: Open Walkthrough');
    for (const name of ['Open a checkpoint', 'Create a key set', 'Train the keys in', 'Verify a model'])
      await waitForTick(page, name);
    await look('8-ticked');
  });
  await course.step(`it took at most ${mostClicks} clicks and ${mostQuestions} questions`, () => {
    const isShort = effort.clicks <= mostClicks && effort.questions <= mostQuestions;
    return isShort ? Promise.resolve() : Promise.reject(new Error(JSON.stringify(effort)));
  });
}
