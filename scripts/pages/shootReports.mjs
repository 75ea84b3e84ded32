// Shows every state of the report page, in the editor's four themes and three widths, and the exported page on paper, without
// VS Code: the page is the one that the host makes, filled with made-up reports. Pictures go to out/shots/reports/.
//   node scripts/pages/shootReports.mjs [--check] [STATE …]
// With --check no picture is taken: every page is looked through by axe-core, measured for what does not fit, and used.
import { build } from 'esbuild';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { giveUp, root } from '../steps.mjs';
import { openPages, origin, themes } from './webviewPage.mjs';

const widthsPx = { wide: 1200, middle: 600, narrow: 420 };
const heightPx = 900;
/** A4 without its margins, as it is laid out at 96 dots an inch. */
const paperWidthPx = 673;
/** States that together have every element and colour that a report can have: these are checked in every theme. */
const telling = ['match', 'undetermined', 'drift', 'drift-not-ready', 'newer'];
/** axe-core looks at every element of a page, so long lists are left out. */
const manyKeys = 256;

const isCheck = process.argv.includes('--check');
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const out = join(root, 'out', 'pages', 'report-build');
const shots = join(root, 'out', 'shots', 'reports');
mkdirSync(shots, { recursive: true });

const { listReportCases, renderReportPage, renderVerifyHtml, renderDriftHtml } = await bundle();
const html = renderReportPage({
  nonce: 'n0nce',
  cspSource: origin,
  script: '/report.js',
  style: '/report.css',
  codicons: '/codicon.css',
});
const files = { '/report.js': join(out, 'report.js'), '/report.css': join(out, 'report.css') };
const cases = listReportCases().filter(({ name }) => wanted.length === 0 || wanted.includes(name));

const pages = await openPages();
try {
  for (const { name, snapshot } of cases) {
    for (const theme of Object.keys(themes)) {
      if (isCheck && theme !== 'dark' && !telling.includes(name)) continue;
      const page = await pages.openWebview({ html, files, theme, answers: { ready: snapshot } });
      await page.locator('main > section').first().waitFor();
      await (isCheck ? checkEditor : shootEditor)(page, { name, snapshot, theme });
      await page.close();
    }
    if (snapshot.kind !== 'problem') await (isCheck ? checkPaper : shootPaper)(name, snapshot);
  }
} finally {
  await pages.close();
}
if (pages.faults.length > 0) giveUp(pages.faults.join('\n'));
process.stdout.write(`Report page: ${cases.length} states ${isCheck ? 'without a fault' : `in ${shots}`}.\n`);

/** The page's script and sheet, and what makes its frame, its reports and its paper. */
async function bundle() {
  const shared = { bundle: true, logLevel: 'warning', absWorkingDir: root };
  const webview = { entryPoints: ['webview/report.ts'], outdir: out, format: 'iife', target: 'es2022' };
  await build({ ...shared, ...webview });
  const contents = `
    export { listReportCases } from './test/pages/reportCases';
    export { renderReportPage } from './src/vscode/reports/reportHtml';
    export { renderVerifyHtml, renderDriftHtml } from './src/reports/html';`;
  const outfile = join(out, 'reports.mjs');
  const stdin = { contents, resolveDir: root, loader: 'ts' };
  await build({ ...shared, stdin, outfile, platform: 'node', format: 'esm' });
  return import(pathToFileURL(outfile).href);
}

async function shootEditor(page, { name, theme }) {
  for (const [word, width] of Object.entries(widthsPx)) {
    if (word !== 'wide' && theme !== 'dark') continue;
    await setWidth(page, width);
    await page.screenshot({ path: join(shots, `${name}-${theme}-${word}.png`), fullPage: true });
  }
}

/** The layout is the same in every theme, the colours are not. */
async function checkEditor(page, { name, snapshot, theme }) {
  if (theme === 'dark')
    for (const width of Object.values(widthsPx)) {
      await setWidth(page, width);
      await pages.checkFit(page, `${name}, ${width} px`);
    }
  await setWidth(page, widthsPx.wide);
  if (theme === 'dark' && name === 'match') await checkUse(page);
  if (isLong(snapshot)) return;
  await pages.checkAccess(page, `${name}, ${theme}`);
}

/** Filters leave their rows, and what is pressed reaches the editor. */
async function checkUse(page) {
  await page.getByRole('button', { name: 'Not answered 3' }).press('Enter');
  const rows = await page.locator('tr[data-kind]:visible').count();
  if (rows !== 3) pages.faults.push(`"Not answered 3" leaves ${rows} rows.`);
  const said = await page.getByRole('status').textContent();
  if (said !== '3 keys shown.') pages.faults.push(`The filter says "${said}".`);
  await page.getByRole('button', { name: 'Copy Commitment' }).click();
  await page.getByRole('button', { name: 'Reveal Keys…' }).click();
  await page.waitForFunction(() => globalThis.asked.length === 3);
  const asked = JSON.stringify((await page.evaluate(() => globalThis.asked)).slice(1));
  const expected =
    /^\[\["act",\{"type":"copy","text":"c41e.*?"\}\],\["act",\{"type":"revealKeys","isRevealed":true\}\]\]$/;
  if (!expected.test(asked)) pages.faults.push(`The page asked for ${asked}.`);
  await page.getByRole('button', { name: 'All 64' }).click();
}

async function openPaper(snapshot) {
  const page = await pages.openPage();
  const text =
    snapshot.kind === 'verify'
      ? renderVerifyHtml(snapshot.report, new Map(snapshot.revealed ?? []))
      : renderDriftHtml(snapshot.report);
  await page.setContent(text);
  return page;
}

async function shootPaper(name, snapshot) {
  const page = await openPaper(snapshot);
  await setWidth(page, widthsPx.wide);
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(shots, `${name}-export-${colorScheme}.png`), fullPage: true });
  }
  await page.emulateMedia({ media: 'print', colorScheme: 'light' });
  await setWidth(page, paperWidthPx);
  await page.screenshot({ path: join(shots, `${name}-print.png`), fullPage: true });
  await page.pdf({ path: join(shots, `${name}.pdf`), preferCSSPageSize: true });
  await page.close();
}

async function checkPaper(name, snapshot) {
  const page = await openPaper(snapshot);
  for (const colorScheme of telling.includes(name) ? ['light', 'dark'] : []) {
    await page.emulateMedia({ colorScheme });
    await pages.checkAccess(page, `${name}, exported, ${colorScheme}`);
  }
  await setWidth(page, widthsPx.narrow);
  await pages.checkFit(page, `${name}, exported, ${widthsPx.narrow} px`);
  await page.emulateMedia({ media: 'print', colorScheme: 'light' });
  await setWidth(page, paperWidthPx);
  await pages.checkFit(page, `${name}, printed`);
  await page.close();
}

/** Charts are drawn anew in the frame after a change of width. */
async function setWidth(page, width) {
  await page.setViewportSize({ width, height: heightPx });
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

function isLong({ report }) {
  return report?.keys?.length > manyKeys;
}
