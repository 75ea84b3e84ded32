// axe-core on the content of a webview.
import type { Frame, FrameLocator } from 'playwright-core';
import { axeScript } from '../../axe';

/** The frame of a webview's content, in which scripts can run. */
export async function findFrame(view: FrameLocator): Promise<Frame> {
  const page = await view.locator('html').elementHandle();
  const frame = await page.ownerFrame();
  if (!frame) throw new Error('The webview has no frame.');
  return frame;
}

/** @throws {Error} that names every violation and where it is */
export async function assertAccessible(view: FrameLocator, name: string): Promise<void> {
  const frame = await findFrame(view);
  await frame.evaluate(axeScript);
  const { violations, passes } = await frame.evaluate(() => window.axe.run());
  if (passes.length === 0) throw new Error(`axe-core found nothing to look at in ${name}.`);
  if (violations.length === 0) return;
  const lines = violations.flatMap(({ id, help, nodes }) => [
    `${id}: ${help}`,
    ...nodes.map(
      ({ html, failureSummary }) =>
        `    ${html.slice(0, 200)}\n      ${(failureSummary ?? '').replaceAll('\n', '\n      ')}`,
    ),
  ]);
  throw new Error(`axe-core finds fault with ${name}:\n${lines.join('\n')}`);
}
