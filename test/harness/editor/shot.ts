// Screenshots of the extension as it is built now, in a real workbench:
//   node scripts/run.mjs test/harness/editor/shot.ts [--theme dark|light|hc|hcl] [--size 1280x800] [--folder DIR] [--out FILE]
//     [STEP …]
// The STEPs are carried out in order: "sidebar", "explorer", ">Command Title", "click=Name" or "tab=Name" (in
// the webview), "type=text" (answers the open input box), "row=Name" (clicks a row of the sidebar),
// "menu=Name" (right-clicks a file of the Explorer), "key=Enter", "theme=light", "wait=SECONDS", "shot=FILE".
// A last picture goes to --out.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../../../scripts/common.mjs';
import { isTheme, openWorkbench, type Theme, type Workbench } from './workbench';

const settleMs = 700;

export async function main(words: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      theme: { type: 'string', default: 'dark' },
      size: { type: 'string', default: '1280x800' },
      folder: { type: 'string' },
      out: { type: 'string', default: join(root, 'out', 'shots', 'shot.png') },
    },
  });
  const [width, height] = values.size.split('x').map(Number) as [number, number];
  const workbench = await openWorkbench({
    folder: values.folder ? resolve(values.folder) : makeWorkspace(),
    theme: requireTheme(values.theme),
    width,
    height,
  });
  try {
    for (const step of positionals) await doStep(workbench, step);
    await workbench.page.waitForTimeout(settleMs);
    await workbench.takeShot(resolve(values.out));
  } catch (error) {
    await workbench.takeShot(resolve(values.out));
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  } finally {
    await workbench.close();
  }
}

function requireTheme(word: string): Theme {
  if (!isTheme(word)) throw new Error(`There is no theme "${word}".`);
  return word;
}

/** A folder with the sample model in it, as a user might have one. */
function makeWorkspace(): string {
  const scratch = mkdtempSync(join(tmpdir(), 'fingerprint-shot-'));
  process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
  const folder = join(scratch, 'aurora');
  mkdirSync(folder);
  cpSync(join(root, 'media', 'sample-model'), join(folder, 'models', 'tiny-stories'), { recursive: true });
  return folder;
}

async function doStep(workbench: Workbench, step: string): Promise<void> {
  if (step.startsWith('>')) return workbench.runCommand(step.slice(1));
  const [verb] = step.split('=', 1);
  const argument = step.slice(step.indexOf('=') + 1);
  const { page } = workbench;
  const view = workbench.webview();
  switch (verb) {
    case 'sidebar':
      return workbench.openSidebar();
    case 'explorer':
      return workbench.openExplorer();
    case 'click':
      return view.getByRole('button', { name: argument }).first().click();
    case 'tab':
      return view.getByRole('tab', { name: argument }).click();
    case 'type':
      return workbench.answer(argument);
    case 'row':
      return page.getByRole('treeitem', { name: argument }).first().click();
    case 'menu':
      return workbench.file(argument).click({ button: 'right' });
    case 'key':
      return page.keyboard.press(argument);
    case 'theme':
      return workbench.setTheme(requireTheme(argument));
    case 'wait':
      return page.waitForTimeout(Number(argument) * 1000);
    case 'shot':
      await page.waitForTimeout(settleMs);
      return workbench.takeShot(resolve(argument));
    default:
      throw new Error(`There is no step "${step}".`);
  }
}
