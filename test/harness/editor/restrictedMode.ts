// Restricted Mode in a real workbench: the views say that trust is missing, and their button leads to where it is
// given. A picture goes to out/shots. "node scripts/run.mjs test/harness/editor/restrictedMode.ts".
// The extension must be built (node esbuild.mjs).
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../../scripts/common.mjs';
import { sayCounts } from '../nodeTests';
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
}
