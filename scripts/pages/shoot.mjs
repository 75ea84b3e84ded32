// Shows every state of the panel, in the editor's four themes and three widths, without VS Code: the page is the one that the
// host makes, fed with the snapshots of test/pages. Pictures go to out/pages/.
//   node scripts/pages/shoot.mjs [--check] [dark|light|hc|hcl …] [WIDTH …] [STATE …]
// With --check no picture is taken: every state is looked through by axe-core in one theme and some in the others, measured
// for what does not fit, and used.
import { build } from 'esbuild';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { giveUp, root } from '../steps.mjs';
import { showSnapshot, usePanel } from './usePanel.mjs';
import { openPages, origin, themes } from './webviewPage.mjs';

const widthsPx = [1200, 600, 420];
const heightPx = 900;
/** Those whose colours or layout are the least like the others'. */
const tellingStates = ['model', 'keys', 'recipe-invalid', 'run', 'run-failed', 'report', 'report-not-ready'];
/** Asked by the toolkit to find out whether the browser knows :focus-visible; panel.css makes up for the answer. */
const toolkitsQuestion = /Applying inline style violates/;

const words = process.argv.slice(2);
const isCheck = words.includes('--check');
const wantedThemes = words.filter((word) => word in themes);
const wantedWidths = words.map(Number).filter((width) => width > 0);
const wantedStates = words.filter((word) => /^[a-z]/.test(word) && !(word in themes));
const out = join(root, 'out', 'pages');
mkdirSync(out, { recursive: true });

const { snapshots, renderPanelPage } = await bundle();
const html = renderPanelPage({
  nonce: 'n0nce',
  cspSource: origin,
  script: '/panel.js',
  style: '/panel.css',
  codicons: '/codicon.css',
});
const files = { '/panel.js': join(out, 'panel.js'), '/panel.css': join(out, 'panel.css') };
const states = Object.keys(snapshots).filter(
  (name) => wantedStates.length === 0 || wantedStates.some((word) => name.startsWith(word)),
);

let shown = 0;
const pages = await openPages();
try {
  for (const theme of wantedThemes.length > 0 ? wantedThemes : Object.keys(themes)) {
    const page = await openPanel(theme);
    await (isCheck ? checkTheme : shootTheme)(page, theme);
    if (isCheck && theme === 'dark') await usePanel(page, snapshots, pages.faults);
    await page.close();
  }
} finally {
  await pages.close();
}
if (pages.faults.length > 0) giveUp(pages.faults.join('\n'));
process.stdout.write(`Panel page: ${shown} drawings ${isCheck ? 'without a fault' : `in ${out}`}.\n`);

/** The page's script and sheet as the extension ships them, what makes its frame, and what it is fed. */
async function bundle() {
  const shared = { bundle: true, logLevel: 'warning', absWorkingDir: root };
  const webview = { entryPoints: ['webview/panel.ts'], outdir: out, format: 'iife', target: 'es2022' };
  await build({ ...shared, ...webview });
  const contents = `
    export { snapshots } from './test/pages/snapshots';
    export { renderPanelPage } from './src/vscode/panel/panelHtml';`;
  const outfile = join(out, 'panelStory.mjs');
  const stdin = { contents, resolveDir: root, loader: 'ts' };
  await build({ ...shared, stdin, outfile, platform: 'node', format: 'esm' });
  return import(pathToFileURL(outfile).href);
}

async function openPanel(theme) {
  const known = pages.faults.length;
  const page = await pages.openWebview({ html, files, theme, answers: { ready: snapshots.model } });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.getByRole('tabpanel').waitFor();
  const question = pages.faults.findIndex((fault, i) => i >= known && toolkitsQuestion.test(fault));
  if (question >= 0) pages.faults.splice(question, 1);
  return page;
}

/** The layout is the same in every theme, the colours are not. */
async function checkTheme(page, theme) {
  const names = theme === 'dark' ? states : states.filter((name) => tellingStates.includes(name));
  for (const name of names) {
    await setWidth(page, widthsPx[0]);
    await showSnapshot(page, snapshots[name]);
    await pages.checkAccess(page, `${name}, ${theme}`);
    shown++;
    if (theme !== 'dark') continue;
    for (const width of widthsPx.slice(1)) {
      await setWidth(page, width);
      await pages.checkFit(page, `${name}, ${width} px`);
    }
  }
}

async function shootTheme(page, theme) {
  for (const width of wantedWidths.length > 0 ? wantedWidths : widthsPx)
    for (const name of states) {
      await setWidth(page, width);
      await showSnapshot(page, snapshots[name]);
      await page.screenshot({ path: join(out, `${theme}-${width}-${name}.png`), fullPage: true });
      shown++;
    }
}

async function setWidth(page, width) {
  await page.setViewportSize({ width, height: heightPx });
}
