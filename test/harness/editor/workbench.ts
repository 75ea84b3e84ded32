// A workbench with the extension in it, as a user sees it.
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { root } from '../../../scripts/common.mjs';
import { openBrowser, type BrowserWindow, type WindowSize } from './browser';
import { ensureHost } from './installHost';
import { locate, type Places } from './places';
import { createProfile, removeProfile, type Profile, type Settings } from './profile';
import { installExtension, startServer, toWorkbenchUrl, type Server } from './server';

const startLimitMs = 60_000;
/** By short name: the setting's value, the name in the theme picker, and the file that the workbench then names. */
const themes = {
  dark: { id: 'Dark Modern', label: 'Dark Modern', file: 'dark_modern' },
  light: { id: 'Light Modern', label: 'Light Modern', file: 'light_modern' },
  hc: { id: 'Default High Contrast', label: 'Dark High Contrast', file: 'hc_black' },
  hcl: { id: 'Default High Contrast Light', label: 'Light High Contrast', file: 'hc_light' },
};

export type Theme = keyof typeof themes;

interface WorkbenchOptions extends WindowSize {
  /** The open folder. */
  readonly folder: string;
  /** Extension files to install; without any, the extension is taken straight from the working tree. */
  readonly vsix?: readonly string[];
  readonly theme?: Theme;
  readonly settings?: Settings;
  /** Starts with Workspace Trust, where the folder is not trusted. */
  readonly hasTrust?: boolean;
}

export interface Workbench extends Places {
  readonly page: Page;
  readonly profile: Profile;
  setTheme(theme: Theme): Promise<void>;
  /** Reloads the window. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a folder in a workbench that has the extension. */
export async function openWorkbench({
  folder,
  vsix = [],
  theme: firstTheme = 'dark',
  settings = {},
  hasTrust = false,
  ...size
}: WorkbenchOptions): Promise<Workbench> {
  ensureHost();
  let theme = firstTheme;
  const profile = createProfile({ ...settings, 'workbench.colorTheme': themes[theme].id });
  let server: Server | undefined;
  let browser: BrowserWindow | undefined;
  const close = async (): Promise<void> => {
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
    const setTheme = async (next: Theme): Promise<void> => {
      if (next === theme) return;
      theme = next;
      await places.runCommand('Preferences: Color Theme');
      await places.answer(themes[next].label);
      await waitForTheme(page, next);
    };
    const reload = async (): Promise<void> => {
      await page.reload();
      await waitForTheme(page, theme);
    };
    return { ...places, page, profile, close, setTheme, reload };
  } catch (error) {
    await close();
    throw error;
  }
}

export function isTheme(word: string): word is Theme {
  return word in themes;
}

/** VS Code treats any folder among its extensions as an installed one: the present build runs. */
function linkWorkingTree({ extensions }: Profile): void {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, string>;
  const { publisher, name, version } = manifest;
  symlinkSync(root, join(extensions, `${publisher!}.${name!}-${version!}`));
}

/**
 * Waits for the theme, which comes last: an extension contributes it, and until that is known the window has
 * makeshift colours.
 */
async function waitForTheme(page: Page, theme: Theme): Promise<void> {
  const { file } = themes[theme];
  const applied = page.locator(`.monaco-workbench.vscode-theme-defaults-themes-${file}-json`);
  await applied.waitFor({ timeout: startLimitMs });
}
