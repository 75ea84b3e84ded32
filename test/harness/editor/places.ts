// The parts of a workbench by their roles and names, as a user finds them.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';

const menuRestMs = 300;

/** Parts of the workbench that a test or a screenshot uses. */
export interface Places {
  /** The open input box. */
  readonly quickInput: Locator;
  /** Runs a command of the palette by its title. */
  runCommand(title: string): Promise<void>;
  /** Answers the open input box. */
  answer(text: string): Promise<void>;
  /** Answers the questions about a new key set: the proposed name, and its passphrase twice. */
  nameKeySet(passphrase: string): Promise<void>;
  /** An entry of the open quick pick. */
  quickPick(name: RegExp): Locator;
  openSidebar(): Promise<void>;
  openExplorer(): Promise<void>;
  /** A row in one of our views. */
  row(tree: string, name: RegExp): Locator;
  /** A file or folder in the Explorer. */
  file(name: string): Locator;
  /** Right-clicks something and chooses an entry of its menu. */
  chooseInMenu(target: Locator, name: string): Promise<void>;
  dialogButton(name: string): Locator;
  /** The page of the front webview. */
  webview(): FrameLocator;
  /** Takes a picture of the window, without a tooltip for whatever was under the mouse. */
  takeShot(path: string): Promise<void>;
}

/** The parts of the workbench in a page. */
export function locate(page: Page): Places {
  const quickInput = page.locator('.quick-input-widget input.input');
  const activity = (name: RegExp): Locator => page.locator('.activitybar').getByRole('tab', { name });
  const answer = async (text: string): Promise<void> => {
    await quickInput.waitFor();
    await quickInput.fill(text);
    await quickInput.press('Enter');
  };
  return {
    quickInput,
    runCommand: async (title) => {
      await page.keyboard.press('F1');
      await quickInput.fill(`>${title}`);
      await page
        .locator('.quick-input-list')
        .getByRole('option', { name: wholly(title) })
        .first()
        .click();
    },
    answer,
    nameKeySet: async (passphrase) => {
      const asked = (words: string): Promise<void> =>
        page.locator('.quick-input-widget').getByText(words).waitFor();
      await quickInput.waitFor();
      await quickInput.press('Enter');
      await asked('At least 8 characters');
      await answer(passphrase);
      await asked('Repeat the passphrase');
      await answer(passphrase);
    },
    quickPick: (name) => page.locator('.quick-input-list').getByRole('option', { name }),
    openSidebar: () => showContainer(activity(/^Fingerprint Model/)),
    openExplorer: () => showContainer(activity(/^Explorer/)),
    row: (tree, name) => page.getByRole('tree', { name: tree }).getByRole('treeitem', { name }),
    file: (name) =>
      page.getByRole('tree', { name: 'Files Explorer' }).getByRole('treeitem', { name: wholly(name) }),
    chooseInMenu: (target, name) => chooseInMenu(page, target, name),
    dialogButton: (name) => page.locator('.monaco-dialog-box').getByRole('button', { name }),
    webview: () =>
      page.frameLocator('iframe.webview.ready >> visible=true').frameLocator('iframe#active-frame'),
    takeShot: async (path) => {
      await page.mouse.move(640, 2);
      await page.locator('.workbench-hover').first().waitFor({ state: 'hidden' });
      mkdirSync(dirname(path), { recursive: true });
      await page.screenshot({ path });
    },
  };
}

/** A menu accepts no clicks in its first moments. */
async function chooseInMenu(page: Page, target: Locator, name: string): Promise<void> {
  await target.click({ button: 'right' });
  const entry = page.locator('.monaco-menu').last().getByRole('menuitem', { name });
  await entry.waitFor();
  await page.waitForTimeout(menuRestMs);
  await entry.click();
  await entry.waitFor({ state: 'hidden' });
}

/** A click on a container that is already shown would hide it. */
async function showContainer(tab: Locator): Promise<void> {
  if ((await tab.getAttribute('aria-expanded')) !== 'true') await tab.click();
}

/** A name that consists of these words, or continues with a shortcut or a badge: "Refresh, Ctrl+R". */
function wholly(words: string): RegExp {
  return new RegExp(`^${words.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w.-])`);
}
