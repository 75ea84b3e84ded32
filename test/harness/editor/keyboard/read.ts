// A view read once as a screen reader gets it: the text of its accessibility tree, which is kept and checked.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFaults, listenTo } from '../../listening';
import { assertAccessible } from '../journey/accessibility';
import { shotsFolder, type Course } from '../journey/course';
import type { Workbench } from '../workbench';

export const keyboardShots = join(shotsFolder, 'keyboard');

/** @param first what the first lines have to say, where the view has a finding */
export async function read(
  course: Course,
  workbench: Workbench,
  name: string,
  first?: RegExp,
): Promise<void> {
  await course.step(
    `${name}: its text has names, an order and its finding first; axe-core finds nothing`,
    async () => {
      const view = workbench.webview();
      const heard = await listenTo(view.locator('body'));
      writeFileSync(join(keyboardShots, `${name}.aria.txt`), `${heard}\n`);
      const faults = findFaults(heard, first);
      if (faults.length > 0) throw new Error(`${name}:\n${faults.join('\n')}`);
      await assertAccessible(view, name);
    },
  );
}
