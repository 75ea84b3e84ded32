// Shows every state of the page Compare Releases, in the editor's four themes and three widths, without VS Code.
// Pictures go to out/shots/compare/.
//   node scripts/run.mjs test/harness/pages/shootCompare.ts [--check] [STATE …]
// With --check no pictures are taken: every state is checked by axe-core, measured for overflow, and used.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { giveUp, root } from '../../../scripts/common.mjs';
import { renderComparePage } from '../../../src/vscode/compare/compareHtml';
import { compareSnapshots } from '../../pages/compareStory';
import { bundlePage } from './bundlePage';
import { openPages, themeNames, type Pages } from './webviewPage';

const widthsPx = [1200, 600, 400];
const heightPx = 900;
const shots = join(root, 'out', 'shots', 'compare');

export async function main(words: readonly string[]): Promise<void> {
  const isCheck = words.includes('--check');
  const chosen = words.filter((word) => !word.startsWith('--'));
  mkdirSync(shots, { recursive: true });
  const { resources, files } = bundlePage(
    'compare',
    join(root, 'out', 'pages', 'compare-build'),
    'compare/compare.ts',
  );
  const html = renderComparePage(resources);
  const pages = await openPages();
  let drawings = 0;
  try {
    for (const [name, snapshot] of Object.entries(compareSnapshots)) {
      if (chosen.length > 0 && !chosen.includes(name)) continue;
      for (const theme of themeNames) {
        const page = await pages.openWebview({
          html,
          files,
          theme,
          answers: { ready: snapshot },
          drawn: (opened) => opened.getByRole('heading', { level: 2 }).first(),
        });
        for (const width of widthsPx) {
          await page.setViewportSize({ width, height: heightPx });
          drawings++;
          if (isCheck) await pages.checkFit(page, `${name}, ${theme}, ${width} px`);
          else await page.screenshot({ path: join(shots, `${theme}-${width}-${name}.png`), fullPage: true });
        }
        if (isCheck) await pages.checkAccess(page, `${name}, ${theme}, narrow`);
        await page.setViewportSize({ width: widthsPx[0]!, height: heightPx });
        if (isCheck) await pages.checkAccess(page, `${name}, ${theme}`);
        if (isCheck && theme === 'dark' && name === 'compare') await usePage(page, pages);
        await page.close();
      }
    }
  } finally {
    await pages.close();
  }
  if (pages.faults.length > 0) giveUp(pages.faults.join('\n'));
  process.stdout.write(
    `Page Compare Releases: ${drawings} drawings ${isCheck ? 'without a fault' : `in ${shots}`}.\n`,
  );
}

/** Sorts by keyboard, chooses releases, and reads a point. */
async function usePage(page: Page, { faults }: Pages): Promise<void> {
  const expect = (isRight: boolean, what: string): void => {
    if (!isRight) faults.push(`The page Compare Releases: ${what}.`);
  };
  const names = (): Promise<string[]> => page.locator('td.of-name').allInnerTexts();
  const head = page.getByRole('columnheader', { name: 'KL, nats a token' });
  await head.getByRole('button').focus();
  await page.keyboard.press('Enter');
  expect((await head.getAttribute('aria-sort')) === 'ascending', 'a head does not sort by Enter');
  expect((await names())[0]?.trim() === 'r1', 'the smallest KL is not first');
  await page.keyboard.press('Enter');
  expect((await head.getAttribute('aria-sort')) === 'descending', 'a second Enter does not turn the order');
  expect((await names())[2]?.trim() === 'r1', 'the smallest KL is not last');
  await page.getByRole('checkbox', { name: 'Curves of r1' }).check();
  expect((await page.locator('table.rows input:checked').count()) === 2, 'more than two are chosen');
  const chart = page.locator('.compared-charts [role=group]').first();
  await chart.focus();
  await page.keyboard.press('ArrowLeft');
  expect(/step \d+: /.test(await page.locator('.chart-caption').first().innerText()), 'no point is read');
  await page.getByRole('button', { name: 'Draw test', exact: true }).click();
  const pressed = page.getByRole('button', { name: 'Draw test', exact: true });
  expect((await pressed.getAttribute('aria-pressed')) === 'true', 'the measure is not chosen');
  await page.getByRole('button', { name: 'Measure Drift…' }).first().click();
  const asked = await page.evaluate(() => JSON.stringify(window.asked));
  expect(asked.includes('measureDrift'), 'nothing is asked of the host');
  await page.getByRole('button', { name: 'Measure Drift of All Releases' }).click();
  const last = await page.evaluate(() => JSON.stringify(window.asked.at(-1)));
  expect(last.includes('"measureReleases","path":"/data/aurora/models/aurora"'), 'not all are measured');
}
