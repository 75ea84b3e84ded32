// What is missing on the page Compare Releases, measured from its own links: the drift of all releases, and what the
// mark of one survives. And a recipe that is loaded into the panel from a file.
import { join } from 'node:path';
import { passphrase } from '../../passphrase';
import type { Workbench } from '../workbench';
import { shotsFolder, type Course } from './course';

/** The work on a machine that is busy with other things. */
const workLimitMs = 900_000;

/** Begins with two releases whose drift was not measured, of which the second was not attacked. */
export async function measureReleases(course: Course, workbench: Workbench): Promise<void> {
  const view = workbench.webview();
  const { page } = workbench;
  const step = course.step.bind(course);
  const look = (name: string): Promise<void> => workbench.takeShot(join(shotsFolder, `${name}.png`));
  const measureAll = view.getByRole('button', { name: 'Measure Drift of All Releases' });
  const measured = view.locator('td.of-agreement').getByText(/^[\d.]+\s%$/);
  const notification = page.locator('.notifications-toasts');
  await step('a series of measurements can be cancelled', async () => {
    await workbench.runCommand('Fingerprint Model: Compare Releases');
    await measureAll.click({ timeout: workLimitMs });
    await view.getByText('Measuring drift: 1 of 2…').waitFor();
    await notification.getByText(/^Measuring drift of 2 releases of tiny-stories/).waitFor();
    await look('compare-measuring');
    await notification.getByRole('button', { name: 'Cancel' }).click();
    await measureAll.waitFor({ timeout: workLimitMs });
    if ((await measured.count()) !== 0) throw new Error('Something was measured although it was cancelled.');
  });
  await step('all releases are measured, one after another', async () => {
    await measureAll.click();
    await view.getByText('Measuring drift: 2 of 2…').waitFor({ timeout: workLimitMs });
    await measured.nth(1).waitFor({ timeout: workLimitMs });
    await measureAll.waitFor({ state: 'detached' });
    await notification.getByText('Measured 2 releases of tiny-stories on the same text.').waitFor();
    await look('compare-measured');
  });
  await step('the command of the palette says that nothing is left to measure', async () => {
    await workbench.runCommand('Fingerprint Model: Measure Drift of All Releases');
    await notification.getByText('Every release of tiny-stories is already measured').waitFor();
  });
  await step('what a mark survives is tested from its link to its report', async () => {
    await view.getByRole('button', { name: 'Test Survival…' }).first().click();
    await page.locator('.quick-input-widget').getByText('Passphrase of the key set').waitFor();
    await workbench.answer(passphrase);
    await view.getByRole('heading', { name: /The mark is/ }).waitFor({ timeout: workLimitMs });
    await view.getByText('tiny-stories-r2').first().waitFor();
    await look('compare-survival-of-r2');
  });
}

/** Begins in any state of a workspace with a recipe file `r2.recipe.json`. */
export async function loadRecipe(course: Course, workbench: Workbench): Promise<void> {
  const view = workbench.webview();
  const step = course.step.bind(course);
  const steps = view.getByRole('textbox', { name: 'Steps', exact: true });
  await step('a recipe file is loaded into the panel', async () => {
    await workbench.openSidebar();
    await workbench.row('Models', /^tiny-stories, /).click();
    await view.getByRole('tab', { name: /Recipe/ }).click();
    await view.getByRole('button', { name: 'Load Recipe…' }).click();
    await workbench.quickPick(/Recipe of r1/).waitFor();
    await workbench.takeShot(join(shotsFolder, 'load-recipe-choice.png'));
    await workbench.quickPick(/r2\.recipe\.json/).click();
    await view
      .getByText(/values changed/)
      .first()
      .waitFor();
    const value = await steps.inputValue();
    if (value !== '24') throw new Error(`The field Steps shows ${value}.`);
    await workbench.takeShot(join(shotsFolder, 'load-recipe.png'));
  });
  await step('the recipe of an earlier run replaces it', async () => {
    await view.getByRole('button', { name: 'Load Recipe…' }).click();
    await workbench.quickPick(/Recipe of r1/).click();
    await view.locator('vscode-text-field[data-field=steps]').getByRole('textbox').waitFor();
    const deadline = Date.now() + 20_000;
    while ((await steps.inputValue()) !== '40')
      if (Date.now() > deadline) throw new Error('The recipe of r1 is not in the form.');
  });
}
