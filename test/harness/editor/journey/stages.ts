// The stages of the journey, in order. Each finds things by role and name, as a user does.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import type { Theme, Workbench } from '../workbench';
import { assertAccessible } from './accessibility';
import { shotsFolder, type Course } from './course';
import { measureRun } from './measure';
import { passphrase } from '../../passphrase';

/** A match takes 31 that rank first; more cost time. */
const keyCount = 40;
/** More than necessary, so that even on a fast machine the run is still training when the journey ends it. */
const stepCount = 400;
const release = 'tiny-stories-r1';
const shotThemes: readonly Theme[] = ['dark', 'light', 'hc'];
const settleMs = 400;
const measuredSeconds = 6;
const workLimitMs = 90_000;

/** What every stage works with: the workbench, the open folder, and functions to step and to look. */
export interface Traveller {
  readonly workbench: Workbench;
  readonly folder: string;
  readonly view: FrameLocator;
  readonly step: (name: string, act: () => Promise<void>) => Promise<void>;
  /** Takes pictures in three themes, with axe-core over the webview (if there is one) in each. */
  readonly look: (name: string, options?: { hasWebview: boolean }) => Promise<void>;
  readonly tab: (name: string) => Locator;
  readonly button: (name: string) => Locator;
  /** The text of a run while it trains. */
  readonly trains: Locator;
}

/** A traveller for this workbench, whose steps the course counts. */
export function createTraveller(course: Course, workbench: Workbench, folder: string): Traveller {
  const view = workbench.webview();
  const themes = [...shotThemes];
  const step: Traveller['step'] = (name, act) => course.step(name, act);
  const picture = (name: string): Promise<void> => workbench.takeShot(join(shotsFolder, `${name}.png`));
  const look: Traveller['look'] = (name, { hasWebview } = { hasWebview: true }) =>
    step(`${name}: pictures${hasWebview ? ', axe-core finds nothing' : ''}`, async () => {
      for (const theme of themes) {
        await workbench.setTheme(theme);
        await workbench.page.waitForTimeout(settleMs);
        await picture(theme === 'dark' ? name : `${theme}-${name}`);
        if (hasWebview) await assertAccessible(view, `${name} (${theme})`);
      }
      // The next look begins with the theme of the last one.
      themes.reverse();
    });
  return {
    workbench,
    folder,
    view,
    step,
    look,
    tab: (name) => view.getByRole('tab', { name: new RegExp(`^${name}`) }),
    button: (name) => view.getByRole('button', { name, exact: true }),
    trains: view.getByText(/^step \d+ of \d+/),
  };
}

export async function openPanel({ workbench, step, look, tab }: Traveller): Promise<void> {
  await step('the sidebar shows the model', async () => {
    await workbench.openSidebar();
    await workbench.row('Models', /tiny-stories/).waitFor();
  });
  await look('sidebar', { hasWebview: false });
  await step('the command opens the panel', async () => {
    const startMs = performance.now();
    await workbench.runCommand('Fingerprint Model: Open Panel');
    await workbench.page.locator('iframe.webview').waitFor({ state: 'attached' });
    const frameMs = performance.now();
    await tab('Model').waitFor();
    const readyMs = performance.now();
    process.stdout.write(
      `    panel: ready ${(readyMs - startMs).toFixed(0)} ms after the command was typed, ` +
        `${(readyMs - frameMs).toFixed(0)} ms after its frame was there\n`,
    );
  });
}

export async function chooseModel({ view, step, look, button }: Traveller): Promise<void> {
  await step('the model is read through', async () => {
    await view.getByRole('combobox', { name: 'Model' }).click();
    await view.getByRole('option', { name: 'tiny-stories' }).click();
    await view.getByRole('table', { name: 'Checks of the checkpoint' }).waitFor();
    await view.getByText('Reading every weight').waitFor({ state: 'hidden', timeout: workLimitMs });
  });
  await look('panel-model');
  await step('the next step is making keys', () => button('Create Key Set').click());
}

export async function createKeySet({ workbench, view, step, look, button }: Traveller): Promise<void> {
  await step('the plan of a key set', async () => {
    await view.getByRole('textbox', { name: /^Keys/ }).fill(String(keyCount));
    await button('Create Key Set…').waitFor();
  });
  await look('panel-keys');
  await step('keys are drawn', async () => {
    await button('Create Key Set…').click();
    await workbench.nameKeySet(passphrase);
    await view.getByRole('grid', { name: 'Keys of the set' }).waitFor({ timeout: workLimitMs });
  });
  await look('panel-keys-saved');
  await step('the next step is the recipe', () => button('Continue to Recipe').click());
}

export async function writeRecipe({ view, step, look, button }: Traveller): Promise<void> {
  const rate = view.getByRole('textbox', { name: /^Learning rate/ });
  await look('panel-recipe-presets');
  await step('the values are in Advanced', async () => {
    await button('Advanced').click();
    await rate.waitFor();
  });
  await step('a wrong value is said beside its field', async () => {
    const good = await rate.inputValue();
    await rate.fill('-1');
    await view.locator('[data-field=learningRate].is-invalid').waitFor();
    await rate.fill(good);
    await view.locator('[data-field=learningRate].is-invalid').waitFor({ state: 'detached' });
  });
  await look('panel-recipe');
  await step('the run starts', async () => {
    await view.getByRole('textbox', { name: /^Steps/ }).fill(String(stepCount));
    await button('Start Run').click();
    await button('Pause').waitFor({ timeout: workLimitMs });
  });
}

export async function followRun({ workbench, view, step, look, button, trains }: Traveller): Promise<void> {
  const resume = view.getByRole('button', { name: /^Resume/ });
  await step('progress is shown live', async () => {
    await trains.waitFor({ timeout: workLimitMs });
    const { mostPerSecond, meanPerSecond, p99Ms, maxMs } = await measureRun(workbench, measuredSeconds);
    process.stdout.write(
      `    messages to the page: ${meanPerSecond.toFixed(1)} a second, at most ${mostPerSecond} in one; ` +
        `event-loop delay of the extension host: p99 ${p99Ms.toFixed(1)} ms, longest ${maxMs.toFixed(1)} ms\n`,
    );
    if (mostPerSecond > 4) throw new Error(`${mostPerSecond} messages went to the page in one second.`);
  });
  await look('panel-run');
  await step('it pauses', async () => {
    await button('Pause').click();
    await resume.waitFor({ timeout: workLimitMs });
  });
  await look('panel-run-paused');
  await step('it goes on', async () => {
    await resume.click();
    await trains.waitFor({ timeout: workLimitMs });
  });
}

export async function survive({
  workbench,
  folder,
  view,
  step,
  look,
  button,
  trains,
}: Traveller): Promise<void> {
  const resume = view.getByRole('button', { name: /^Resume/ });
  await step('the window is reloaded: the run goes on and the panel shows it', async () => {
    const before = readOwner(folder);
    await workbench.reload();
    await trains.waitFor({ timeout: workLimitMs });
    if (readOwner(folder) !== before) throw new Error('The run is not the one from before.');
  });
  await step('its process is killed: the panel says what happened', async () => {
    process.kill(readOwner(folder), 'SIGKILL');
    await resume.waitFor({ timeout: workLimitMs });
  });
  await look('panel-run-killed');
  await step('it is resumed, then cancelled with its last save kept', async () => {
    await resume.click();
    // The workbench in a browser forgets secrets with its window.
    await workbench.answer(passphrase);
    await trains.waitFor({ timeout: workLimitMs });
    await button('Cancel…').click();
    await workbench.dialogButton('Keep Last Save').click();
    await view.getByRole('heading', { name: 'The run was cancelled' }).waitFor({ timeout: workLimitMs });
  });
  await step('it is resumed, and stopped with what it has learnt', async () => {
    await resume.click();
    await trains.waitFor({ timeout: workLimitMs });
    // However slow the machine is: what is kept has learnt every key.
    const checks = view.getByRole('table', { name: 'Values at each check' });
    const learnt = checks.getByRole('row', { name: new RegExp(`^\\S+ \\S+ ${keyCount} `) });
    await learnt.first().waitFor({ timeout: workLimitMs });
    await button('Stop and Keep…').click();
    await workbench.dialogButton('Stop and Keep').click();
    await button('Open Report').waitFor({ timeout: workLimitMs });
  });
  await look('panel-run-done');
  await step('its release is reported', async () => {
    await button('Open Report').click();
    await view.getByRole('heading', { name: 'Before you publish' }).waitFor();
  });
  await look('panel-report');
}

export async function verify({ workbench, view, step, look }: Traveller): Promise<void> {
  await step('the marked model is verified by a right-click', async () => {
    await workbench.openExplorer();
    await workbench.file('models').click();
    await workbench.file(release).click();
    await workbench.chooseInMenu(workbench.file('model.safetensors'), 'Verify Fingerprint…');
    // The base is known by its digest, so that nothing else is asked.
    await workbench.quickPick(/\.fpkeys/).click();
    await view.getByRole('heading', { name: /^Match: \d+ of \d+ / }).waitFor({ timeout: workLimitMs });
  });
  await look('report-match');
  await step('its drift is measured by a right-click', async () => {
    await workbench.chooseInMenu(workbench.file('model.safetensors'), 'Measure Drift…');
    await view
      .getByRole('heading', { name: 'How far single tokens moved' })
      .waitFor({ timeout: workLimitMs });
  });
  await look('report-drift');
  await step('verdict and drift are seen in the sidebar', async () => {
    await workbench.openSidebar();
    await workbench.row('Models', /match/i).waitFor();
    await workbench.row('Key Sets', /\.fpkeys/).waitFor();
  });
  await look('sidebar-after', { hasWebview: false });
}

/** The process that works on the release. */
function readOwner(folder: string): number {
  const lock = join(folder, 'models', `${release}.run`, 'lock.json');
  return (JSON.parse(readFileSync(lock, 'utf8')) as { pid: number }).pid;
}
