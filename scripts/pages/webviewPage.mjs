// Shows pages of webviews in a browser without VS Code, as an editor would serve them, and looks for what is wrong with them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser } from '../editor/browser.mjs';
import { root } from '../steps.mjs';

/** Where pages and their files are served from; also the source that their content security policy names. */
export const origin = 'http://127.0.0.1:9';

/** The editor's themes with the classes that it sets on a page's body. */
export const themes = {
  dark: ['vscode-dark'],
  light: ['vscode-light'],
  hc: ['vscode-high-contrast'],
  hcl: ['vscode-high-contrast-light', 'vscode-high-contrast'],
};

const codicons = join(root, 'node_modules', '@vscode', 'codicons', 'dist');
const commonFiles = {
  '/themes.css': join(root, 'test', 'pages', 'theme.css'),
  '/codicon.css': join(codicons, 'codicon.css'),
  '/codicon.ttf': join(codicons, 'codicon.ttf'),
};
const axe = readFileSync(join(root, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');

/** Opens a browser for pages. Faults that any of them has are gathered in `faults`, a sentence each. */
export async function openPages() {
  const faults = [];
  const browser = await openBrowser({ width: 1200, height: 900 });
  const open = async () => {
    const page = await browser.context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(`A page says: ${message.text()}`);
    });
    page.on('pageerror', (error) => faults.push(`A page fails: ${error.message}`));
    return page;
  };
  return {
    faults,
    close: () => browser.close(),
    openPage: open,
    /**
     * Opens a webview's page in a theme. `files` are the paths of what it loads, by address; `answers` is what the editor
     * behind it answers, by the name of the method that the page calls. What it was asked is in `asked` of its window.
     */
    async openWebview({ html, files, theme, answers }) {
      const page = await open();
      await page.route(`${origin}/**`, (route) => serve(route, html, { ...commonFiles, ...files }));
      await page.addInitScript(playEditor, { theme, classes: themes[theme], answers });
      await page.goto(`${origin}/`);
      await page.evaluate(() => document.fonts.ready);
      return page;
    },
    /** Nothing that axe-core calls a violation. */
    async checkAccess(page, where) {
      await page.evaluate(axe);
      const violations = await page.evaluate(async () => {
        const found = await globalThis.axe.run(document, { resultTypes: ['violations'] });
        return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html} ${nodes[0].failureSummary}`);
      });
      faults.push(...violations.map((violation) => `${where}: ${violation}`));
    },
    /** Nothing may be wider than the page or the box that scrolls it, also where the font is 12 % wider than the one here. */
    async checkFit(page, where) {
      for (const letterSpacing of ['', '0.06em']) {
        const overflowPx = await page.evaluate(measureOverflow, letterSpacing);
        const font = letterSpacing === '' ? '' : ' with a wider font';
        if (overflowPx > 0) faults.push(`${where}: ${overflowPx} px too wide${font}.`);
      }
    },
  };
}

function serve(route, html, files) {
  const { pathname } = new URL(route.request().url());
  const theme = '<link rel="stylesheet" href="/themes.css" /></head>';
  if (pathname === '/')
    return route.fulfill({ contentType: 'text/html', body: html.replace('</head>', theme) });
  const path = files[pathname];
  if (path === undefined) return route.fulfill({ status: 404 });
  const contentType = { css: 'text/css', js: 'text/javascript', ttf: 'font/ttf' }[pathname.split('.').at(-1)];
  return route.fulfill({ contentType, body: readFileSync(path) });
}

/** Runs in the page before its own script: answers as the editor would (birpc's messages), and sets the theme. */
function playEditor({ theme, classes, answers }) {
  globalThis.asked = [];
  const answer = ({ m: method, a: args, i: id }) => {
    globalThis.asked.push([method, ...args]);
    if (id === undefined) return;
    dispatchEvent(new MessageEvent('message', { data: { t: 's', i: id, r: answers[method] } }));
  };
  globalThis.acquireVsCodeApi = () => ({ postMessage: (message) => setTimeout(() => answer(message)) });
  const dress = () => {
    document.documentElement.dataset.theme = theme;
    document.body.classList.add(...classes);
  };
  addEventListener('readystatechange', dress, { capture: true });
}

function measureOverflow(letterSpacing) {
  document.body.style.letterSpacing = letterSpacing;
  const boxes = [document.documentElement, ...document.querySelectorAll('.scroll')];
  const overflowPx = Math.max(...boxes.map((box) => box.scrollWidth - box.clientWidth));
  document.body.style.letterSpacing = '';
  return overflowPx;
}
