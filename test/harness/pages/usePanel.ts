// Uses the panel as a person with a keyboard would, and checks where the focus is and what the host is asked
// for.
import type { Page } from 'playwright-core';
import type { PanelSnapshot } from '../../../src/protocol/panel/snapshot';
import { becomes, showSnapshot, type Use } from './use';
import { useClicksAfterTyping, useScroll } from './usePointer';

/** Adds a sentence to `faults` for every failed expectation. */
export async function usePanel(
  page: Page,
  snapshots: Readonly<Record<string, PanelSnapshot>>,
  faults: string[],
): Promise<void> {
  const use: Use = {
    page,
    of: (state) => snapshots[state]!,
    expect: (isSo, sentence) => {
      if (!isSo) faults.push(`Using the panel: ${sentence}`);
    },
  };
  for (const part of [
    useSteps,
    useTrust,
    usePublished,
    useForm,
    usePresets,
    useDropdowns,
    useModels,
    useStart,
    useFailure,
    useTable,
    useChart,
    usePlan,
    useLateSnapshot,
    useScroll,
    useClicksAfterTyping,
  ]) {
    await page.evaluate(() => (window.asked = []));
    await part(use);
  }
}

async function useSteps({ page, of, expect }: Use): Promise<void> {
  await showSnapshot(page, of('model'));
  await page.getByRole('tab', { name: 'Model' }).focus();
  await page.keyboard.press('ArrowRight');
  expect((await focused(page)) === 'step-keys', 'the right arrow does not go to the next step.');
  expect((await listAsked(page)).length === 0, 'an arrow key opens a step.');
  await page.keyboard.press('Enter');
  expect(await isAsked(page, '["act",{"type":"openStep","step":"keys"}]'), 'Enter does not open a step.');
}

async function useTrust({ page, of, expect }: Use): Promise<void> {
  await showSnapshot(page, of('model-restricted'));
  await page.getByRole('button', { name: 'Manage Workspace Trust' }).click();
  expect(await isAsked(page, '["act",{"type":"manageTrust"}]'), 'trust cannot be given from the panel.');
}

async function useForm({ page, of, expect }: Use): Promise<void> {
  await showSnapshot(page, of('recipe'));
  const steps = page.getByRole('textbox', { name: 'Steps', exact: true });
  await steps.fill('12a');
  const start = page.getByRole('button', { name: 'Start Run' });
  expect(await becomes(() => start.isDisabled()), 'a run can be started with a value that is none.');
  expect(
    await becomes(() => page.getByText('1 value to correct').isVisible()),
    'Start Run does not say why it is off.',
  );
  const description = await steps.getAttribute('aria-description');
  expect(description?.startsWith('A whole number from 1'), 'the error is not joined to its field.');
  await showSnapshot(page, of('recipe'), { keepsFocus: true });
  expect((await steps.inputValue()) === '12a', 'a snapshot overwrites what is being typed.');
  expect((await focused(page)) === 'field-steps', 'a snapshot takes the focus.');
  await steps.fill('90');
  expect(await isAsked(page, '["edit",{"changes":{"steps":"90"}}]'), 'an edit does not reach the host.');
  await page.getByRole('button', { name: 'Default 54' }).click();
  expect((await steps.inputValue()) === '54', 'the default does not come back.');
  await page.getByRole('button', { name: 'Explain Steps' }).click();
  expect(
    await becomes(() => page.getByText('The length of the schedule.').isVisible()),
    'a question mark does not explain its field.',
  );
  await showSnapshot(page, of('recipe'));
}

/** A stranger sees three purposes and a button; the values are there for anyone who opens them. */
async function usePresets({ page, of, expect }: Use): Promise<void> {
  await showSnapshot(page, of('model'));
  await showSnapshot(page, of('recipe-default'));
  const steps = page.getByRole('textbox', { name: 'Steps', exact: true });
  const advanced = page.getByRole('button', { name: 'Advanced' });
  if ((await advanced.getAttribute('aria-expanded')) === 'true') await advanced.click();
  expect(!(await steps.isVisible()), 'the fields of a recipe of defaults are open.');
  const start = page.getByRole('button', { name: 'Start Run' });
  expect((await start.boundingBox())!.y < 700, 'Start Run is not in the first view.');
  await page.getByRole('radio', { name: /^Lasting/ }).click();
  expect(
    await isAsked(page, '["act",{"type":"choosePreset","preset":"lasting"}]'),
    'a preset does not reach the host.',
  );
  await showSnapshot(page, of('recipe-lasting'));
  const lasting = await page.getByRole('radio', { name: /^Lasting/ }).getAttribute('aria-checked');
  expect(lasting === 'true', 'the preset whose values are shown is not checked.');
  await advanced.click();
  expect(await steps.isVisible(), 'Advanced does not open.');
  await advanced.click();
  await page.getByRole('button', { name: 'Use Recipe of r3' }).click();
  const folder = '/data/models/aurora-1.5b-instruct-r3.run';
  expect(
    await isAsked(page, `["act",{"type":"useRecipeOf","folder":"${folder}"}]`),
    'the recipe of an earlier run does not reach the host.',
  );
  await showSnapshot(page, of('recipe-invalid'));
  await page.getByRole('button', { name: 'Margin', exact: true }).click();
  expect((await focused(page)) === 'field-margin', 'a value to correct does not get the focus.');
}

/** An open dropdown keeps its shape: the toolkit sets classes on it that a sheet of ours must not know. */
async function useDropdowns({ page, of, expect }: Use): Promise<void> {
  // Where there is room for the columns of other sheets.
  await page.setViewportSize({ width: 1200, height: 900 });
  for (const state of ['model-unsupported', 'recipe']) {
    await showSnapshot(page, of(state));
    for (const dropdown of await page.locator('vscode-dropdown').all()) {
      const name = await dropdown.getAttribute('aria-label');
      await dropdown.click();
      const [own, control] = await dropdown.evaluate((element) => [
        element.getBoundingClientRect().width,
        element.shadowRoot!.querySelector('[part=control]')!.getBoundingClientRect().width,
      ]);
      expect(
        Math.abs(own - control) < 1,
        `the dropdown ${name} is ${own} px wide and its control ${control} px.`,
      );
      await page.keyboard.press('Escape');
    }
  }
}

async function useModels({ page, of, expect }: Use): Promise<void> {
  await showSnapshot(page, of('model-choice-many'));
  await page.getByRole('textbox', { name: 'Search models' }).fill('step-27000');
  const cards = page.getByRole('list', { name: 'Models' }).getByRole('button');
  expect(await becomes(async () => (await cards.count()) === 1), 'the search leaves other models.');
  await cards.first().click();
  expect(
    await isAsked(page, '["act",{"type":"chooseModel","path":"/data/sweep/step-26"}]'),
    'a card does not choose its model.',
  );
}

async function useStart({ page, of, expect }: Use): Promise<void> {
  await showSnapshot(page, of('run-none'));
  await page.getByRole('button', { name: 'Start Run' }).click();
  expect(await isAsked(page, '["act",{"type":"startRun"}]'), 'Start Run does not start.');
  // While it starts nothing can be paused.
  await showSnapshot(page, of('run-starting'), { keepsFocus: true });
  await showSnapshot(page, of('run'), { keepsFocus: true });
  const name = await page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.name);
  expect(name === 'pause', `after Start Run the focus is on ${name}, not on Pause.`);
  const said = await page.locator('p[role=status].unseen').textContent();
  expect(said?.includes('Step 70: 63 of 64 keys'), `a check is said as "${said}".`);
}

async function useFailure({ page, of, expect }: Use): Promise<void> {
  await showSnapshot(page, of('run'));
  await showSnapshot(page, of('run-failed'));
  const name = await page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.name);
  expect(name === 'problem', 'a failure does not get the focus.');
  const alarm = await page.locator('p[role=alert]').textContent();
  expect(alarm?.startsWith('Training stopped'), `a failure is said as "${alarm}".`);
}

/** The host's own changes are not requested again. */
async function usePublished({ page, of, expect }: Use): Promise<void> {
  await showSnapshot(page, of('model'));
  const { model } = of('model');
  const chosen = { ...model.chosen!, isPublished: true };
  await showSnapshot(page, { ...of('model'), model: { ...model, chosen } });
  expect((await listAsked(page)).length === 0, 'a change by the host is asked for again.');
  await page.getByRole('radio', { name: 'No, only marked releases are public' }).click();
  expect(
    await isAsked(page, '["act",{"type":"setPublished","isPublished":false}]'),
    'the answer does not reach the host.',
  );
}

async function useTable({ page, of, expect }: Use): Promise<void> {
  await showSnapshot(page, of('keys'));
  await page.locator('#keys tr[aria-selected=true]').focus();
  await page.keyboard.press('ArrowDown');
  const detail = page.getByRole('heading', { name: 'Key 2: where its candidates come from' });
  expect(await becomes(() => detail.isVisible()), 'the detail does not follow the row.');
  const cells = await page.locator('#keys td.response').allTextContents();
  expect(
    cells.every((cell) => cell.trim() === '••••••••hidden'),
    'a masked response does not read "hidden".',
  );
}

async function useChart({ page, of, expect }: Use): Promise<void> {
  await showSnapshot(page, of('run'));
  await page.getByRole('group', { name: 'Keys answered' }).focus();
  await page.keyboard.press('End');
  expect(
    await page.getByText('step 70: 63 of 64', { exact: true }).isVisible(),
    'the End key does not read the last point.',
  );
  await page.keyboard.press('ArrowLeft');
  expect(
    await page.getByText('step 60: 63 of 64', { exact: true }).isVisible(),
    'the left arrow does not read the point before.',
  );
}

async function usePlan({ page, of, expect }: Use): Promise<void> {
  await showSnapshot(page, of('keys-none'));
  const count = page.getByRole('textbox', { name: 'Keys', exact: true });
  await count.fill('6');
  expect(
    await page.getByText('6 keys with 10 candidates can never reach').isVisible(),
    'too few keys are not told.',
  );
  await count.fill('6x');
  const create = page.getByRole('button', { name: 'Create Key Set…' });
  expect(await becomes(() => create.isDisabled()), 'a key set can be made with a count that is none.');
  await count.fill('64');
  const plan =
    '{"type":"planKeys","plan":{"count":64,"responseLength":1,"soft":0,"quiet":0,"promptsFile":null}}';
  expect(await isAsked(page, `["act",${plan}]`), 'the plan does not reach the host.');
}

async function useLateSnapshot({ page, of, expect }: Use): Promise<void> {
  await showSnapshot(page, of('report'));
  await page.evaluate((late) => {
    const show = { t: 'q', m: 'show', a: [{ ...late, sequence: (window.sequence ?? 0) - 1 }] };
    dispatchEvent(new MessageEvent('message', { data: show }));
  }, of('model'));
  expect(
    await page.getByRole('heading', { name: 'Before you publish' }).isVisible(),
    'a late snapshot is shown.',
  );
}

async function focused(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.id);
}

async function listAsked(page: Page): Promise<unknown[]> {
  return page.evaluate(() => window.asked);
}

/** Whether this becomes the last request to the host, soon. */
async function isAsked(page: Page, expected: string): Promise<boolean> {
  const isLast = (json: string): boolean => JSON.stringify(window.asked.at(-1)) === json;
  return page.waitForFunction(isLast, expected, { timeout: 2000 }).then(
    () => true,
    () => false,
  );
}
