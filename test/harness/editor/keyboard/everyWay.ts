// Every view in the editor's four themes, in a wide window, one of 400 px and one at 150 %: axe-core over each, and
// nothing that scrolls sideways.
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { assertAccessible, findFrame } from '../journey/accessibility';
import type { Course } from '../journey/course';
import type { Theme, Workbench } from '../workbench';
import { Hands } from './hands';
import { keyboardShots } from './read';

const themes: readonly Theme[] = ['hcl', 'dark', 'light', 'hc'];
/** In CSS pixels. A zoom of 150 % leaves a window of 1280 by 800 with two thirds of them. */
const windows = {
  wide: { width: 1280, height: 800 },
  narrow: { width: 400, height: 800 },
  zoomed: { width: 853, height: 533 },
};
const settleMs = 350;
const limitMs = 60_000;
const steps = ['Model', 'Keys', 'Recipe', 'Run', 'Report'];

/** How a view is reached, and what is in it. */
interface View {
  readonly name: string;
  readonly open: () => Promise<void>;
}

/** Begins with the panel, three reports and Compare Releases open. */
export async function seeEveryWay(course: Course, workbench: Workbench): Promise<void> {
  const hands = new Hands(workbench);
  await course.step('the side bar makes room', () =>
    hands.command('View: Toggle Primary Side Bar Visibility'),
  );
  const views = listViews(workbench, hands);
  for (const theme of themes) {
    await setWindow(workbench, windows.wide);
    await workbench.setTheme(theme);
    for (const { name, open } of views)
      await course.step(`${name} in ${theme}: wide, 400 px and 150 %`, async () => {
        await setWindow(workbench, windows.wide);
        await open();
        for (const [word, window] of Object.entries(windows)) {
          await setWindow(workbench, window);
          await workbench.takeShot(join(keyboardShots, `${theme}-${name}-${word}.png`));
          await assertAccessible(workbench.webview(), `${name} (${theme}, ${word})`);
          await assertFits(workbench.webview(), `${name} (${theme}, ${word})`);
        }
      });
  }
}

function listViews(workbench: Workbench, hands: Hands): View[] {
  const view = workbench.webview();
  const tab = (name: string) => view.getByRole('tab', { name: new RegExp(`^${name}`) });
  const openReport = (name: RegExp) => async (): Promise<void> => {
    const heading = view.getByRole('heading', { name });
    for (let i = 0; i < 6 && (await heading.count()) === 0; i++) {
      await hands.command('View: Open Next Editor');
      await workbench.page.waitForTimeout(settleMs);
    }
    await heading.first().waitFor({ timeout: limitMs });
  };
  return [
    ...steps.map((step) => ({
      name: `panel-${step.toLowerCase()}`,
      open: async () => {
        if ((await tab(step).count()) === 0) await hands.command('Fingerprint Model: Open Panel');
        await tab(step).press('Enter');
        await view.getByRole('tabpanel', { name: new RegExp(`^${step}`) }).waitFor({ timeout: limitMs });
      },
    })),
    { name: 'report-verify', open: openReport(/^Match: \d+ of \d+ /) },
    { name: 'report-drift', open: openReport(/^Predictions moved/) },
    { name: 'report-survival', open: openReport(/^The mark is/) },
    { name: 'compare', open: openReport(/^Releases$/) },
  ];
}

async function setWindow(
  { page }: Workbench,
  size: { readonly width: number; readonly height: number },
): Promise<void> {
  await page.setViewportSize(size);
  await page.waitForTimeout(settleMs);
}

async function assertFits(view: FrameLocator, name: string): Promise<void> {
  const frame = await findFrame(view);
  const overflowPx = await frame.evaluate(() => {
    const page = document.documentElement;
    return page.scrollWidth - page.clientWidth;
  });
  if (overflowPx > 0) throw new Error(`${name} is ${overflowPx} px too wide.`);
}
