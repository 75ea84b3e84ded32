// The stages of the journey on a real model: minutes of work, which has to move before the user's eyes in every
// phase, survive a closed window in each, take the time and memory that it said, and end in a verdict.
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { readJournal, type JournalLine } from '../../../../src/jobs/runFolder/journal';
import type { Workbench } from '../workbench';
import { assertAccessible } from './accessibility';
import { shotsFolder, type Course } from './course';
import { readMotion, watchMotion, type Stillness } from './motion';
import { passphrase } from '../../passphrase';

const keyCount = 64;
const workLimitMs = 40 * 60_000;
const settleMs = 500;
/** Progress has to move at least this often, in every phase; a poll and a message come on top. */
const longestStillSeconds = 2.5;

/** What every stage works with. */
export interface RealTraveller {
  readonly course: Course;
  readonly workbench: Workbench;
  readonly folder: string;
  /** The model's name. */
  readonly model: string;
}

export async function readRealModel({ course, workbench, model }: RealTraveller): Promise<void> {
  const view = workbench.webview();
  await course.step('the panel opens and reads the only model', async () => {
    await workbench.openSidebar();
    await workbench.row('Models', new RegExp(model)).waitFor({ timeout: workLimitMs });
    await workbench.runCommand('Fingerprint Model: Open Panel');
    await view.getByRole('table', { name: 'Checks of the checkpoint' }).waitFor({ timeout: workLimitMs });
    await view.getByText('Reading every weight').waitFor({ state: 'hidden', timeout: workLimitMs });
  });
  await look(course, workbench, 'real-model');
}

export async function drawRealKeys({ course, workbench }: RealTraveller): Promise<void> {
  const view = workbench.webview();
  const table = view.getByRole('grid', { name: 'Keys of the set' });
  await course.step(`${keyCount} keys are drawn, and the window is opened again in between`, async () => {
    await view.getByRole('tab', { name: /^Keys/ }).click();
    await view.getByRole('textbox', { name: /^Keys/ }).fill(String(keyCount));
    await button(view, 'Create Key Set…').click();
    await workbench.nameKeySet(passphrase);
    const isDone = button(view, 'Continue to Recipe');
    const bar = view.getByRole('progressbar');
    // Before its process has begun, a drawing ends with the window.
    const hasBegun = view.getByText(/Measuring ordinary text|Drawing/);
    await hasBegun.or(isDone).first().waitFor({ timeout: workLimitMs });
    await workbench.reload();
    await bar.or(isDone).first().waitFor({ timeout: workLimitMs });
    if (await bar.isVisible()) await watchMotion(workbench);
    await isDone.waitFor({ timeout: workLimitMs });
    noteMotion(await readMotion(workbench));
  });
  await course.step('its keys are revealed, with the words that responses begin', async () => {
    await button(view, 'Unlock…').click();
    await workbench.answer(passphrase);
    await table.waitFor({ timeout: workLimitMs });
    await button(view, 'Reveal Responses…').click();
    await workbench.dialogButton('Reveal Responses').click();
    await view.getByText('Show All').click();
  });
  await look(course, workbench, 'real-keys');
}

export async function trainRealModel({ course, workbench, folder, model }: RealTraveller): Promise<void> {
  const view = workbench.webview();
  const bar = view.getByRole('progressbar', { name: 'Run' });
  await course.step('the run starts', async () => {
    await view.getByRole('tab', { name: /^Recipe/ }).click();
    await workbench.page.waitForTimeout(settleMs);
    await look(course, workbench, 'real-recipe');
    await button(view, 'Start Run').first().click();
    await bar.waitFor({ timeout: workLimitMs });
  });
  await course.step('progress moves in every phase, and the window is opened again in each', async () => {
    const seen = new Map<string, number>();
    const reloaded = new Set<string>();
    await watchMotion(workbench);
    while (await bar.isVisible()) {
      for (const { phase, seconds } of await readMotion(workbench))
        seen.set(phase, Math.max(seen.get(phase) ?? 0, seconds));
      const phase = [...seen.keys()].at(-1);
      await workbench.page.waitForTimeout(settleMs);
      if (phase === undefined || reloaded.has(phase)) continue;
      reloaded.add(phase);
      await workbench.takeShot(join(shotsFolder, `real-run-${reloaded.size}.png`));
      await workbench.reload();
      await view.getByRole('tab', { name: /^Run/ }).waitFor({ timeout: workLimitMs });
      if (await bar.isVisible()) await watchMotion(workbench);
    }
    noteMotion([...seen].map(([phase, seconds]) => ({ phase, seconds })));
  });
  await course.step(
    'it ends, and what it said of its time and memory stands beside what it took',
    async () => {
      await button(view, 'Open Report').waitFor({ timeout: workLimitMs });
      const journal = await readJournal(join(folder, 'models', `${model}-r1.run`));
      sayTimes(journal);
      sayMemory(journal);
    },
  );
  await look(course, workbench, 'real-run-done');
}

export async function judgeRealModel({ course, workbench }: RealTraveller): Promise<void> {
  const view = workbench.webview();
  await course.step('the release is verified from its report', async () => {
    await button(view, 'Open Report').click();
    await view.getByRole('heading', { name: 'Before you publish' }).waitFor();
    await button(view, 'Verify').click();
    await workbench.answer(passphrase);
    await view
      .getByText(/^Match: \d+ of \d+/)
      .first()
      .waitFor({ timeout: workLimitMs });
    await button(view, 'Measure Drift').click();
    await view
      .getByText(/Predictions moved /)
      .first()
      .waitFor({ timeout: workLimitMs });
  });
  await look(course, workbench, 'real-report');
  await course.step('the report of the verification opens', async () => {
    await button(view, 'Open Report').first().click();
    await view.getByRole('heading', { name: /^Match/ }).waitFor({ timeout: workLimitMs });
  });
  await look(course, workbench, 'real-verification');
}

function button(view: FrameLocator, name: string): ReturnType<FrameLocator['getByRole']> {
  return view.getByRole('button', { name, exact: true });
}

async function look(course: Course, workbench: Workbench, name: string): Promise<void> {
  await course.step(`${name}: pictures, axe-core finds nothing`, async () => {
    for (const theme of ['light', 'dark'] as const) {
      await workbench.setTheme(theme);
      await workbench.page.waitForTimeout(settleMs);
      await workbench.takeShot(join(shotsFolder, `${theme === 'dark' ? '' : `${theme}-`}${name}.png`));
      await assertAccessible(workbench.webview(), `${name} (${theme})`);
    }
  });
}

/** Phases that stood still for too long, of the whole way. */
const still: Stillness[] = [];

function noteMotion(seen: readonly Stillness[]): void {
  for (const { phase, seconds } of seen)
    process.stdout.write(`    ${phase}: still for at most ${seconds.toFixed(1)} s\n`);
  still.push(...seen.filter(({ seconds }) => seconds > longestStillSeconds));
}

/** @throws {Error} that names the phases which stood still */
export async function judgeMotion({ course }: RealTraveller): Promise<void> {
  await course.step('progress has moved at least every two seconds, in every phase', () => {
    if (still.length > 0) throw new Error(`No progress was shown for too long: ${JSON.stringify(still)}`);
    return Promise.resolve();
  });
}

/** How far the time left that was said differs from the time it took, from the third step on. */
function sayTimes(journal: readonly JournalLine[]): void {
  const endMs = Date.parse(journal.findLast(({ type }) => type === 'ended')!.time);
  const errors = journal.flatMap((line) => {
    if (line.type !== 'step' || line.secondsLeft === undefined || (line.done ?? 0) < 3) return [];
    const left = (endMs - Date.parse(line.time)) / 1000;
    return left < 10 ? [] : [{ done: line.done!, error: line.secondsLeft / left - 1 }];
  });
  const worst = errors.reduce((most, one) => (Math.abs(one.error) > Math.abs(most.error) ? one : most));
  const within = errors.filter(({ error }) => Math.abs(error) <= 0.2).length;
  process.stdout.write(
    `    time left: ${within} of ${errors.length} within 20 %; furthest ${(worst.error * 100).toFixed(0)} % at step ${worst.done}\n`,
  );
}

function sayMemory(journal: readonly JournalLine[]): void {
  for (const line of journal) if (line.type === 'memory') process.stdout.write(`    ${line.text}\n`);
}
