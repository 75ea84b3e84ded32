// Two runs of one model: each is opened by its own row, the switch in the head shows either, and a paused run
// is stopped and kept.
import type { Traveller } from './stages';

const workLimitMs = 120_000;

/** Begins with a finished first release, and makes a second one. */
export async function seeOtherRuns({ workbench, view, step, look, tab, button }: Traveller): Promise<void> {
  const runSwitch = view.getByRole('group', { name: 'Release that Run and Report show' });
  const choice = (name: string) => runSwitch.getByRole('button', { name: new RegExp(`^${name}`) });
  const isPressed = (name: string) => runSwitch.locator('[aria-pressed=true]', { hasText: name }).waitFor();
  await step('the row of a release opens its report', async () => {
    await workbench.openSidebar();
    await workbench.row('Models', /^r1/).click();
    await view.getByRole('heading', { name: 'Before you publish' }).waitFor({ timeout: workLimitMs });
    await isPressed('r1');
  });
  await step('the next release is chosen in the head, and started in the step Run', async () => {
    await choice('New').click();
    await tab('Run').click();
    await view.getByRole('heading', { name: /has not been started/ }).waitFor();
    await button('Start Run').click();
    await view.getByText(/^step \d+ of \d+/).waitFor({ timeout: workLimitMs });
    await isPressed('r2');
  });
  await step('the first run is shown while the second one works', async () => {
    await choice('r1').click();
    await button('Open Report').waitFor();
    await tab('Run').getByText(/Done/).waitFor();
    await workbench.row('Runs', /^Mark tiny-stories → r2/).click();
    await button('Pause').waitFor();
    await workbench.row('Runs', /^Mark tiny-stories → r1/).click();
    await button('Open Report').waitFor();
  });
  await look('panel-run-older');
  await step('the second one is paused, then stopped and kept from its save', async () => {
    await choice('r2').click();
    await button('Pause').click();
    await view.getByRole('button', { name: /^Resume/ }).waitFor({ timeout: workLimitMs });
    await button('Stop and Keep…').click();
    await workbench.dialogButton('Stop and Keep').click();
    await view.getByText('Loading again').waitFor({ timeout: workLimitMs });
    await button('Open Report').waitFor({ timeout: workLimitMs });
  });
  await step('the report is that of the shown release', async () => {
    await button('Open Report').click();
    await view.getByText('tiny-stories-r2', { exact: true }).first().waitFor();
    await choice('r1').click();
    await view.getByText('tiny-stories-r1', { exact: true }).first().waitFor();
  });
}
