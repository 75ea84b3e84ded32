// axe-core on what a webview shows.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** @throws {Error} one that names every violation and where it is */
export async function assertAccessible(view, name) {
  const page = await view.locator('html').elementHandle();
  const frame = await page.ownerFrame();
  await frame.evaluate(axe);
  const { violations, passes } = await frame.evaluate(() => globalThis.axe.run());
  if (passes.length === 0) throw new Error(`axe-core found nothing to look at in ${name}.`);
  if (violations.length === 0) return;
  const lines = violations.flatMap(({ id, help, nodes }) => [
    `${id}: ${help}`,
    ...nodes.map(
      ({ html, failureSummary }) =>
        `    ${html.slice(0, 200)}\n      ${failureSummary.replaceAll('\n', '\n      ')}`,
    ),
  ]);
  throw new Error(`axe-core finds fault with ${name}:\n${lines.join('\n')}`);
}
