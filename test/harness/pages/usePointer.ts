// Uses the panel as a person with a mouse would: where the page is scrolled to, and whether every click counts.
import type { Locator } from 'playwright-core';
import { becomes, showSnapshot, type Use } from './use';

/** Another thing is read from its beginning; news of the same leave the page where its reader is. */
export async function useScroll({ page, of, expect }: Use): Promise<void> {
  const scrolled = (): Promise<number> => page.evaluate(() => scrollY);
  const scrollDown = (): Promise<void> => page.evaluate(() => scrollTo({ top: 300 }));
  await page.setViewportSize({ width: 600, height: 400 });
  for (const [before, after] of [
    ['keys-none', 'keys-drawing'],
    ['keys-drawing', 'keys'],
    ['keys', 'recipe'],
    ['recipe', 'run'],
  ] as const) {
    await showSnapshot(page, of(before));
    await scrollDown();
    const from = await scrolled();
    expect(from > 0, `${before} is not long enough to scroll.`);
    await showSnapshot(page, of(before));
    expect((await scrolled()) === from, `news of ${before} scroll the page.`);
    await showSnapshot(page, of(after));
    expect((await scrolled()) === 0, `${after} after ${before} does not begin at its top.`);
  }
  await page.setViewportSize({ width: 1200, height: 900 });
}

/**
 * Types into each field of the recipe and presses what comes next at once. The host's answer arrives while the mouse
 * is down and moves what is below it.
 */
export async function useClicksAfterTyping({ page, of, expect }: Use): Promise<void> {
  // Whatever the answer moves is on the screen.
  await page.setViewportSize({ width: 1200, height: 3000 });
  await showSnapshot(page, of('model'));
  await showSnapshot(page, of('recipe'));
  const fields = await page.locator('#view vscode-text-field').all();
  expect(fields.length > 8, `only ${fields.length} fields of the recipe were found.`);
  for (let at = 0; at < fields.length; at++) {
    await showSnapshot(page, of('recipe'));
    const field = page.locator('#view vscode-text-field').nth(at);
    const button = page.getByRole('button', { name: await nameNextButton(field), exact: true });
    const before = await button.getAttribute('aria-expanded');
    await field.locator('input').fill('7');
    const { x, y } = await findCentre(button);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await showSnapshot(page, of('recipe-invalid'));
    await page.mouse.up();
    const name = await field.getAttribute('data-field');
    expect(
      await becomes(async () => (await button.getAttribute('aria-expanded')) !== before),
      `a click right after typing into ${name} is lost.`,
    );
    const hint = page.getByText('This folder exists and will not be overwritten.');
    expect(await becomes(() => hint.isVisible()), `what came during a click after ${name} is not shown.`);
  }
  await page.setViewportSize({ width: 1200, height: 900 });
}

/** The label of the question mark that follows a field, or of Advanced where none does. */
function nameNextButton(field: Locator): Promise<string> {
  return field.evaluate((element) => {
    const all = [...document.querySelectorAll('#view button[aria-label^=Explain]')];
    const next = all.find(
      (button) => element.compareDocumentPosition(button) & Node.DOCUMENT_POSITION_FOLLOWING,
    );
    return next?.getAttribute('aria-label') ?? 'Advanced';
  });
}

async function findCentre(button: Locator): Promise<{ x: number; y: number }> {
  const { x, y, width, height } = (await button.boundingBox())!;
  return { x: x + width / 2, y: y + height / 2 };
}
