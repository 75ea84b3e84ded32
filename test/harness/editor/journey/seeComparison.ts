// Two releases of one base beside each other; compareReleases.ts looks at the page more closely.
import type { Traveller } from './stages';

const workLimitMs = 60_000;

/** Begins with two finished releases. */
export async function seeComparison({ workbench, view, step, look }: Traveller): Promise<void> {
  const names = view.locator('td.of-name');
  await step('the releases of the base are compared, and sorted', async () => {
    await workbench.runCommand('Fingerprint Model: Compare Releases');
    await view.getByRole('button', { name: 'r2', exact: true }).first().waitFor({ timeout: workLimitMs });
    const count = await names.count();
    if (count !== 2) throw new Error(`The table has ${count} releases.`);
    const head = view.getByRole('columnheader', { name: 'KL, nats a token' }).getByRole('button');
    await head.click();
    const ascending = await names.allInnerTexts();
    await head.press('Enter');
    await view.locator('th[aria-sort=descending]').waitFor();
    const descending = await names.allInnerTexts();
    if (ascending.join() !== descending.reverse().join()) throw new Error('The order did not turn round.');
  });
  await look('compare');
}
