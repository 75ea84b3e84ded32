// A workbench with the extension in it, as a user would meet it, and the places in it by their roles and names.
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openBrowser } from './browser.mjs';
import { ensureHost } from './installHost.mjs';
import { createProfile, removeProfile } from './profile.mjs';
import { installExtension, startServer, toWorkbenchUrl } from './server.mjs';
import { root } from '../steps.mjs';

const startLimitMs = 60_000;
const menuRestMs = 300;
/** By short name: the setting's value, the name in the theme picker, and the file that the workbench then names. */
const themes = {
  dark: { id: 'Dark Modern', label: 'Dark Modern', file: 'dark_modern' },
  light: { id: 'Light Modern', label: 'Light Modern', file: 'light_modern' },
  hc: { id: 'Default High Contrast', label: 'Dark High Contrast', file: 'hc_black' },
  hcl: { id: 'Default High Contrast Light', label: 'Light High Contrast', file: 'hc_light' },
};

/**
 * Opens a folder in a workbench that has the extension: from .vsix files, or (without any) straight from the working tree.
 * @param {object} options folder, vsix (a list of files), theme (dark, light, hc or hcl), settings, width and height in CSS pixels, hasTrust
 */
export async function openWorkbench({ folder, vsix = [], theme = 'dark', settings = {}, hasTrust, ...size }) {
  ensureHost();
  const profile = createProfile({ ...settings, 'workbench.colorTheme': themes[theme].id });
  let server, browser;
  const close = async () => {
    await browser?.close().catch(() => undefined);
    await server?.stop();
    removeProfile(profile);
  };
  try {
    for (const file of vsix) await installExtension(profile, file);
    if (vsix.length === 0) linkWorkingTree(profile);
    server = await startServer(profile, { hasTrust, env: { FINGERPRINT_PROBE_FOLDER: profile.folder } });
    browser = await openBrowser(size);
    const { page } = browser;
    await page.goto(toWorkbenchUrl(server, folder));
    await waitForTheme(page, theme);
    const places = locate(page);
    const setTheme = async (next) => {
      if (next === theme) return;
      theme = next;
      await places.runCommand('Preferences: Color Theme');
      await places.answer(themes[next].label);
      await waitForTheme(page, next);
    };
    const reload = async () => {
      await page.reload();
      await waitForTheme(page, theme);
    };
    return { ...places, page, profile, close, setTheme, reload, serverLog: server.log };
  } catch (error) {
    await close();
    throw error;
  }
}

/** VS Code takes any folder among its extensions for an installed one: what is built now is what runs. */
function linkWorkingTree({ extensions }) {
  const { publisher, name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  symlinkSync(root, join(extensions, `${publisher}.${name}-${version}`));
}

/** The theme comes last: it is contributed by an extension, and until that is known the window has makeshift colours. */
async function waitForTheme(page, theme) {
  const { file } = themes[theme];
  const applied = page.locator(`.monaco-workbench.vscode-theme-defaults-themes-${file}-json`);
  await applied.waitFor({ timeout: startLimitMs });
}

/** Things of the workbench that a test or a screenshot reaches for. */
function locate(page) {
  const quickInput = page.locator('.quick-input-widget input.input');
  const runCommand = async (title) => {
    await page.keyboard.press('F1');
    await quickInput.fill(`>${title}`);
    await page
      .locator('.quick-input-list')
      .getByRole('option', { name: wholly(title) })
      .first()
      .click();
  };
  const activity = (name) => page.locator('.activitybar').getByRole('tab', { name });
  return {
    quickInput,
    runCommand,
    /** Answers the input box that is open now. */
    answer: async (text) => {
      await quickInput.waitFor();
      await quickInput.fill(text);
      await quickInput.press('Enter');
    },
    /** An entry of the quick pick that is open now. */
    quickPick: (name) => page.locator('.quick-input-list').getByRole('option', { name }),
    openSidebar: () => showContainer(activity(/^Fingerprint Model/)),
    openExplorer: () => showContainer(activity(/^Explorer/)),
    row: (tree, name) => page.getByRole('tree', { name: tree }).getByRole('treeitem', { name }),
    file: (name) =>
      page.getByRole('tree', { name: 'Files Explorer' }).getByRole('treeitem', { name: wholly(name) }),
    /** Right-clicks something and chooses an entry of its menu, which takes no click in its first moments. */
    chooseInMenu: async (target, name) => {
      await target.click({ button: 'right' });
      const entry = page.locator('.monaco-menu').last().getByRole('menuitem', { name });
      await entry.waitFor();
      await page.waitForTimeout(menuRestMs);
      await entry.click();
      await entry.waitFor({ state: 'hidden' });
    },
    dialogButton: (name) => page.locator('.monaco-dialog-box').getByRole('button', { name }),
    /** The page of the webview that is in front. */
    webview: () =>
      page.frameLocator('iframe.webview.ready >> visible=true').frameLocator('iframe#active-frame'),
    /** A picture of the window, or of one place in it, without a tooltip of what the mouse was over. */
    takeShot: async (path, place = page) => {
      await page.mouse.move(640, 2);
      await page.locator('.workbench-hover').first().waitFor({ state: 'hidden' });
      mkdirSync(dirname(path), { recursive: true });
      await place.screenshot({ path });
    },
  };
}

/** A click on a container that is shown already would hide it. */
async function showContainer(tab) {
  if ((await tab.getAttribute('aria-expanded')) !== 'true') await tab.click();
}

/** A name that begins with these words and then ends, or goes on with a shortcut or a badge: "Refresh, Ctrl+R". */
function wholly(words) {
  return new RegExp(`^${words.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w.-])`);
}
