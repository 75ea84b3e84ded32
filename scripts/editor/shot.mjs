// Screenshots of the extension as it is built now, in a real workbench:
//   node scripts/editor/shot.mjs [--theme dark|light|hc|hcl] [--size 1280x800] [--folder DIR] [--out FILE] [STEP …]
// Every STEP is done in turn: "sidebar", "explorer", ">Command Title", "click=Name" or "tab=Name" (in the webview),
// "type=text" (answers the open input box), "row=Name" (clicks a row of the sidebar), "menu=Name" (right-clicks a file of the
// explorer), "key=Enter", "theme=light", "wait=SECONDS", "shot=FILE". At the end one more picture goes to --out.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../steps.mjs';
import { openWorkbench } from './workbench.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    theme: { type: 'string', default: 'dark' },
    size: { type: 'string', default: '1280x800' },
    folder: { type: 'string' },
    out: { type: 'string', default: join(root, 'out', 'shots', 'shot.png') },
  },
});
const settleMs = 700;

const scratch = mkdtempSync(join(tmpdir(), 'fingerprint-shot-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const [width, height] = values.size.split('x').map(Number);
const workbench = await openWorkbench({
  folder: values.folder ? resolve(values.folder) : makeWorkspace(),
  theme: values.theme,
  width,
  height,
});
try {
  for (const step of positionals) await doStep(step);
  await workbench.page.waitForTimeout(settleMs);
  await workbench.takeShot(resolve(values.out));
} catch (error) {
  await workbench.takeShot(resolve(values.out));
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  await workbench.close();
}

/** A folder with the sample model in it, as a user might have one. */
function makeWorkspace() {
  const folder = join(scratch, 'aurora');
  mkdirSync(folder);
  cpSync(join(root, 'media', 'sample-model'), join(folder, 'models', 'tiny-stories'), { recursive: true });
  return folder;
}

async function doStep(step) {
  if (step.startsWith('>')) return workbench.runCommand(step.slice(1));
  const [verb, argument = ''] = [step.split('=', 1)[0], step.slice(step.indexOf('=') + 1)];
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
      return workbench.page.getByRole('treeitem', { name: argument }).first().click();
    case 'menu':
      return workbench.file(argument).click({ button: 'right' });
    case 'key':
      return workbench.page.keyboard.press(argument);
    case 'theme':
      return workbench.setTheme(argument);
    case 'wait':
      return workbench.page.waitForTimeout(Number(argument) * 1000);
    case 'shot':
      await workbench.page.waitForTimeout(settleMs);
      return workbench.takeShot(resolve(argument));
    default:
      throw new Error(`There is no step "${step}".`);
  }
}
