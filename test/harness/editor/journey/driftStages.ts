// What the editor says of drift on the way: nothing is promised that was not measured, and one figure means one thing.
import type { Traveller } from './stages';

const workLimitMs = 90_000;
const budget = String.raw`[\d.]+\sof\s0\.06`;

/** Before the run: a recipe that nobody measured. The step Recipe is open. */
export async function readEstimate({ workbench, view, step, look, button }: Traveller): Promise<void> {
  const fields = ['Learning rate', 'Steps'].map((name) =>
    view.getByRole('textbox', { name: new RegExp(`^${name}`) }),
  );
  const [rate, steps] = fields as [(typeof fields)[number], (typeof fields)[number]];
  await button('Advanced').click();
  const usual = await Promise.all(fields.map((field) => field.inputValue()));
  await step('a recipe that was not measured gets no promise of drift or survival', async () => {
    await rate.fill('0.002');
    await steps.fill('30');
    await view
      .getByText('Not known for this recipe: learning rate and steps differ from what was measured.')
      .waitFor({ timeout: workLimitMs });
    const ticks = await view.locator('.survival').count();
    if (ticks > 0) throw new Error('Survival is promised for a recipe that was not measured.');
  });
  await look('panel-recipe-unknown');
  await step('the usual values are back', async () => {
    await rate.fill(usual[0]!);
    await steps.fill(usual[1]!);
    await view.getByText('every value as the default').waitFor();
    await steps.press('Tab');
    await workbench.page.waitForTimeout(500);
    await button('Advanced').click();
    await rate.waitFor({ state: 'hidden' });
  });
}

/** After the drift was measured: its report is open. */
export async function readDrift({ workbench, view, step, look, tab }: Traveller): Promise<void> {
  await step('the drift report says how far predictions moved, and of the loss second', async () => {
    await view.getByRole('heading', { name: /^Predictions moved .*the likeliest next word is/ }).waitFor();
    const heads = await view.getByRole('heading', { level: 3 }).allTextContents();
    const places = [
      'Drift of the predictions',
      'Beside rounding of the base',
      'Change in loss and perplexity',
    ].map((name) => heads.findIndex((head) => head.trim() === name));
    const inOrder = places.every((place, i) => place > (places[i - 1] ?? -1));
    if (!inOrder) throw new Error(`The report has the headings ${heads.join(', ')}.`);
  });
  await step('the sidebar shows the drift of its budget', async () => {
    await workbench.openSidebar();
    await workbench.row('Models', new RegExp(`drift ${budget}`)).waitFor();
  });
  await step('the panel shows the same figure beside the report', async () => {
    await workbench.runCommand('Fingerprint Model: Open Panel');
    await tab('Report').click();
    await view.getByText('Drift from the base', { exact: true }).waitFor();
    await view.getByText(new RegExp(budget)).first().waitFor();
    await view
      .getByText(/Predictions moved /)
      .first()
      .waitFor();
  });
  await look('panel-report-drift');
}
