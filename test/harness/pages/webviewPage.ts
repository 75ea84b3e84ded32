// Shows pages of webviews in a browser without VS Code, as an editor would serve them, and checks them for
// faults.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page, Route } from 'playwright-core';
import { root } from '../../../scripts/common.mjs';
import { axeScript } from '../axe';
import { openBrowser } from '../editor/browser';

declare global {
  interface Window {
    /** The requests to the editor behind a page: the method's name and its arguments, in order. */
    asked: unknown[];
    acquireVsCodeApi(): { postMessage(message: unknown): void };
  }
}

/** The origin from which pages and their files are served; their content security policy names it as the source. */
export const origin = 'http://127.0.0.1:9';

/** The editor's themes with the classes that it sets on a page's body. */
const themes = {
  dark: ['vscode-dark'],
  light: ['vscode-light'],
  hc: ['vscode-high-contrast'],
  hcl: ['vscode-high-contrast-light', 'vscode-high-contrast'],
};

export type Theme = keyof typeof themes;

export const themeNames = Object.keys(themes) as Theme[];

export function isTheme(word: string): word is Theme {
  return word in themes;
}

/** A page of a webview, and the editor's side of it. */
interface Webview {
  readonly html: string;
  /** The paths of what the page loads, by address. */
  readonly files: Readonly<Record<string, string>>;
  readonly theme: Theme;
  /** The editor's answers, by the name of the method that the page calls. */
  readonly answers: Readonly<Record<string, unknown>>;
  /** What is there once the page has drawn something. */
  readonly drawn: (page: Page) => Locator;
}

export interface Pages {
  /** A sentence for each fault of any page. */
  readonly faults: string[];
  /** Opens an empty page. */
  openPage(): Promise<Page>;
  /** Opens a webview's page in a theme. The requests to the editor behind it are in `asked` of its window. */
  openWebview(webview: Webview): Promise<Page>;
  /** Checks that axe-core finds no violation. */
  checkAccess(page: Page, where: string): Promise<void>;
  /**
   * Checks that nothing is wider than the page or the box that scrolls it, even where the font is 12 % wider
   * than the one here.
   */
  checkFit(page: Page, where: string): Promise<void>;
  close(): Promise<void>;
}

const codicons = join(root, 'node_modules', '@vscode', 'codicons', 'dist');
const commonFiles = {
  '/themes.css': join(root, 'test', 'pages', 'theme.css'),
  '/codicon.css': join(codicons, 'codicon.css'),
  '/codicon.ttf': join(codicons, 'codicon.ttf'),
};
const contentTypes: Readonly<Record<string, string>> = {
  css: 'text/css',
  js: 'text/javascript',
  ttf: 'font/ttf',
};

/** Opens a browser for pages. */
export async function openPages(): Promise<Pages> {
  const faults: string[] = [];
  const browser = await openBrowser({ width: 1200, height: 900 });
  const openPage = async (): Promise<Page> => {
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
    openPage,
    openWebview: async (webview) => {
      const known = faults.length;
      const page = await showWebview(await openPage(), webview);
      forgiveQuestion(faults, known);
      return page;
    },
    checkAccess: async (page, where) => {
      const violations = await listViolations(page);
      faults.push(...violations.map((violation) => `${where}: ${violation}`));
    },
    checkFit: async (page, where) => {
      for (const letterSpacing of ['', '0.06em']) {
        const overflowPx = await page.evaluate(measureOverflow, letterSpacing);
        const font = letterSpacing === '' ? '' : ' with a wider font';
        if (overflowPx > 0) faults.push(`${where}: ${overflowPx} px too wide${font}.`);
      }
    },
  };
}

/**
 * The toolkit asks once in each page, by a style that the page's policy forbids, whether the browser knows
 * :focus-visible; toolkit.css corrects its conclusion. Every other fault counts, also a second one of this kind.
 */
function forgiveQuestion(faults: string[], known: number): void {
  const question = faults.findIndex(
    (fault, i) => i >= known && fault.includes('Applying inline style violates'),
  );
  if (question >= 0) faults.splice(question, 1);
}

async function showWebview(page: Page, { html, files, theme, answers, drawn }: Webview): Promise<Page> {
  await page.route(`${origin}/**`, (route) => serve(route, html, { ...commonFiles, ...files }));
  await page.addInitScript(playEditor, { theme, classes: themes[theme], answers });
  await page.goto(`${origin}/`);
  await page.evaluate(() => document.fonts.ready);
  await drawn(page).waitFor();
  return page;
}

function serve(route: Route, html: string, files: Readonly<Record<string, string>>): Promise<void> {
  const { pathname } = new URL(route.request().url());
  const theme = '<link rel="stylesheet" href="/themes.css" /></head>';
  if (pathname === '/')
    return route.fulfill({ contentType: 'text/html', body: html.replace('</head>', theme) });
  const path = files[pathname];
  if (path === undefined) return route.fulfill({ status: 404 });
  const contentType = contentTypes[pathname.split('.').at(-1)!]!;
  return route.fulfill({ contentType, body: readFileSync(path) });
}

/** axe-core's violations, one line each. */
async function listViolations(page: Page): Promise<string[]> {
  await page.evaluate(axeScript);
  return page.evaluate(async () => {
    const found = await window.axe.run(document, { resultTypes: ['violations'] });
    return found.violations.map(
      ({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''} ${nodes[0]?.failureSummary ?? ''}`,
    );
  });
}

/** What replaces the editor for the page. */
interface Part {
  readonly theme: Theme;
  readonly classes: readonly string[];
  readonly answers: Readonly<Record<string, unknown>>;
}

/** A method call as the page sends it (birpc's messages). One without a number expects no answer. */
interface Call {
  readonly m: string;
  readonly a: readonly unknown[];
  readonly i?: string;
}

/** Runs in the page before its own script: answers as the editor would, and sets the theme. */
function playEditor({ theme, classes, answers }: Part): void {
  window.asked = [];
  const answer = ({ m: method, a: args, i: id }: Call): void => {
    window.asked.push([method, ...args]);
    if (id === undefined) return;
    dispatchEvent(new MessageEvent('message', { data: { t: 's', i: id, r: answers[method] } }));
  };
  window.acquireVsCodeApi = () => ({ postMessage: (message) => setTimeout(() => answer(message as Call)) });
  const dress = (): void => {
    document.documentElement.dataset.theme = theme;
    document.body.classList.add(...classes);
  };
  addEventListener('readystatechange', dress, { capture: true });
}

/** Runs in the page: returns by how many pixels elements are wider than their boxes. */
function measureOverflow(letterSpacing: string): number {
  document.body.style.letterSpacing = letterSpacing;
  const boxes = [document.documentElement, ...document.querySelectorAll('.scroll')];
  const overflowPx = Math.max(...boxes.map((box) => box.scrollWidth - box.clientWidth));
  document.body.style.letterSpacing = '';
  return overflowPx;
}
