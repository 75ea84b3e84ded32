// The page Compare Releases, used as a person would: sorted, two releases chosen, an attack picked, a report opened.
import { join } from 'node:path';
import type { Theme, Workbench } from '../workbench';
import { assertAccessible } from './accessibility';
import { shotsFolder, type Course } from './course';

const themes: readonly Theme[] = ['dark', 'light', 'hc', 'hcl'];
const settleMs = 400;
const narrow = { width: 400, height: 900 };
const limitMs = 90_000;

export async function compareReleases(course: Course, workbench: Workbench): Promise<void> {
  const view = workbench.webview();
  const step = course.step.bind(course);
  const head = view.getByRole('columnheader', { name: 'KL, nats a token' });
  await step('the base’s row in the sidebar has its two releases', async () => {
    await workbench.openSidebar();
    await workbench.row('Models', /tiny-stories.*2 marked releases/).waitFor({ timeout: limitMs });
  });
  await step('the command opens the page, with a row a release', async () => {
    await workbench.runCommand('Fingerprint Model: Compare Releases');
    await view.getByRole('button', { name: 'r2', exact: true }).first().waitFor({ timeout: limitMs });
    await expectCount(view.locator('td.of-name').count(), 2, 'rows');
  });
  await step('what was measured is shown, and what was not is no zero', async () => {
    await view
      .locator('td.of-rehearsal')
      .getByText(/^\d+ of 8$/)
      .waitFor({ timeout: limitMs });
    await expectCount(
      view.locator('td.of-agreement').getByText('not measured').count(),
      2,
      'unmeasured drifts',
    );
    await expectCount(
      view.locator('td.of-verdict').getByText('not measured').count(),
      1,
      'unverified releases',
    );
  });
  await step('a head sorts, and again the other way', async () => {
    await head.getByRole('button').click();
    await view.locator('th[aria-sort=ascending]').waitFor();
    const ascending = await view.locator('td.of-name').allInnerTexts();
    await head.getByRole('button').press('Enter');
    await view.locator('th[aria-sort=descending]').waitFor();
    const descending = await view.locator('td.of-name').allInnerTexts();
    if (ascending.join() !== descending.reverse().join()) throw new Error('The order did not turn round.');
  });
  await step('the curves of both are laid over each other', async () => {
    await expectCount(view.locator('.compared-charts path.l1').count(), 2, 'solid curves');
    await expectCount(view.locator('.compared-charts path.l2').count(), 2, 'dashed curves');
    await view.getByRole('checkbox', { name: 'Curves of r2' }).uncheck();
    await expectCount(view.locator('.compared-charts path.l2').count(), 0, 'dashed curves');
    await view.getByRole('checkbox', { name: 'Curves of r2' }).check();
  });
  await step('KL is drawn against what survives another attack', async () => {
    await view.getByRole('button', { name: /^Merged, 50\s% of the copy/ }).click();
    await view.getByRole('heading', { name: /^Done to the copy: merged, 50\s% of the copy/ }).waitFor();
    await expectCount(
      view
        .locator('svg circle.d1, svg circle.dot')
        .count()
        .then((count) => Math.min(1, count)),
      1,
      'points',
    );
  });
  await lookAround(course, workbench);
}

/** Pictures in every theme and narrow, axe-core over each; then a value leads to its report. */
async function lookAround(course: Course, workbench: Workbench): Promise<void> {
  const view = workbench.webview();
  const { page } = workbench;
  const step = course.step.bind(course);
  for (const theme of themes)
    await step(`pictures in ${theme}, axe-core finds nothing`, async () => {
      await workbench.setTheme(theme);
      await page.waitForTimeout(settleMs);
      await workbench.takeShot(join(shotsFolder, `compare-${theme}.png`));
      await assertAccessible(view, `Compare Releases (${theme})`);
    });
  await step('at 400 px', async () => {
    await workbench.setTheme('dark');
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
    const wide = page.viewportSize()!;
    await page.setViewportSize(narrow);
    await page.waitForTimeout(settleMs);
    await workbench.takeShot(join(shotsFolder, 'compare-400.png'));
    await page.setViewportSize(wide);
  });
  await step('a value leads to its report', async () => {
    await view
      .locator('td.of-rehearsal')
      .getByRole('button', { name: /^\d+ of 8$/ })
      .click();
    await workbench
      .webview()
      .getByRole('heading', { name: /The mark is/ })
      .waitFor({ timeout: limitMs });
    await page.waitForTimeout(settleMs);
    await workbench.takeShot(join(shotsFolder, 'compare-rehearsal-report.png'));
  });
}

async function expectCount(found: Promise<number>, expected: number, what: string): Promise<void> {
  const count = await found;
  if (count !== expected) throw new Error(`There are ${count} ${what}, not ${expected}.`);
}
