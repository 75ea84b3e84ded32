// Restricted Mode in a real workbench: where the views and the panel say that trust is missing, and that their button
// leads to where it is given. Pictures go to out/shots. "node scripts/run.mjs test/harness/editor/restrictedMode.ts".
// The extension must be built (node esbuild.mjs).
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../../scripts/common.mjs';
import { sayCounts } from '../nodeTests';
import { assertAccessible } from './journey/accessibility';
import { goWay, shotsFolder, type Course } from './journey/course';
import { openWorkbench, type Workbench } from './workbench';

const limitMs = 60_000;
const button = { name: 'Manage Workspace Trust' };

export async function main(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'fingerprint-restricted-'));
  process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
  const folder = join(scratch, 'aurora');
  cpSync(join(root, 'media', 'sample-model'), join(folder, 'tiny-stories'), { recursive: true });
  mkdirSync(shotsFolder, { recursive: true });
  const workbench = await openWorkbench({ folder, hasTrust: true });
  const counts = await goWay(workbench, (course) => seeRestrictions(course, workbench));
  sayCounts('Restricted Mode', counts);
  process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
}

async function seeRestrictions(course: Course, workbench: Workbench): Promise<void> {
  const { page } = workbench;
  const view = workbench.webview();
  const trustEditor = page.locator('.workspace-trust-editor');
  await course.step('the views list the model, and say how trust is given', async () => {
    await workbench.openSidebar();
    await workbench.row('Models', /tiny-stories/).waitFor({ timeout: limitMs });
    const buttons = page.locator('.sidebar').getByRole('button', button);
    await buttons.nth(1).waitFor({ timeout: limitMs });
    await workbench.takeShot(join(shotsFolder, 'restricted-views.png'));
    await buttons.last().click();
    await trustEditor.waitFor({ timeout: limitMs });
  });
  await course.step('the panel has the same button', async () => {
    await workbench.row('Models', /tiny-stories/).click();
    await view.getByRole('button', button).waitFor({ timeout: limitMs });
    await assertAccessible(view, 'Model in Restricted Mode');
    await workbench.takeShot(join(shotsFolder, 'restricted-panel.png'));
    await view.getByRole('button', button).click();
    await trustEditor.waitFor({ timeout: limitMs });
  });
  await course.step('once the folder is trusted the panel offers keys', async () => {
    await trustEditor
      .getByRole('button', { name: /^Trust/ })
      .first()
      .click();
    await workbench.row('Models', /tiny-stories/).click();
    await view.getByRole('button', { name: 'Create Key Set', exact: true }).waitFor({ timeout: limitMs });
    if ((await view.getByRole('button', button).count()) > 0)
      throw new Error('The panel still asks for trust.');
    await workbench.takeShot(join(shotsFolder, 'restricted-trusted.png'));
  });
}
