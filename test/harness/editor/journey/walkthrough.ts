// The walkthrough, as the editor shows it: its steps, their buttons and their ticks.
import type { Locator, Page } from 'playwright-core';

const title = 'Fingerprint a model';

/** A step of the open walkthrough, by its title. */
export function walkthroughStep(page: Page, name: string): Locator {
  return page.locator('.getting-started-step').filter({ hasText: name }).first();
}

/** A button of the step that is open. */
export function walkthroughButton(page: Page, name: string): Locator {
  return page.locator('.getting-started-step.expanded').getByRole('button', { name });
}

/** Waits until the walkthrough is shown. */
export async function waitForWalkthrough(page: Page): Promise<void> {
  await page
    .locator('.getting-started-category, .gettingStartedSlideDetails')
    .getByText(title)
    .first()
    .waitFor();
}

/** Waits until a step is ticked. */
export async function waitForTick(page: Page, name: string): Promise<void> {
  await walkthroughStep(page, name).locator('.codicon-getting-started-step-checked').waitFor();
}
