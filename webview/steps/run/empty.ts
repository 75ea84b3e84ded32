import { html, nothing, type TemplateResult } from 'lit-html';
import type { PanelSnapshot } from '../../../src/protocol/panel/snapshot';
import type { StepName } from '../../../src/protocol/panel/requests';
import { formatRough, formatSize } from '../../../src/words/figures';
import { formatCount, formatCounted } from '../../../src/words/numbers';
import { renderActionButton, renderLink } from '../../parts/buttons';
import { renderIcon } from '../../parts/icons';
import type { Page } from '../../page';

/** Something without which no run can start, and the step that has it. */
export interface Missing {
  readonly words: string;
  readonly link: string;
  readonly step: StepName;
}

/** The step Run before its run has begun: what would run, or what is missing. */
export function renderEmptyRun(page: Page): TemplateResult {
  const { isTrusted, heading } = page.snapshot;
  const missing = listMissing(page.snapshot);
  const isReady = isTrusted && missing.length === 0 && !page.recipe.isPending;
  const hasRuns = heading !== null && heading.runs.length > 0;
  return html`<div class="empty">
    <h2>
      ${hasRuns && heading.nextRelease !== null ? `${heading.nextRelease} has not been started` : 'No run yet'}
    </h2>
    ${
      missing.length === 0
        ? html`<p>${isTrusted ? describeReady(page) : 'Nothing runs in Restricted Mode.'}</p>`
        : html`<p>Before a run can start:</p>
            <ul class="missing">
              ${missing.map((each) => renderMissing(page, each))}
            </ul>`
    }
    <p>Training runs in its own process; you can close this window and come back.</p>
    <div class="actions">
      ${renderActionButton(page, 'Start Run', { type: 'startRun' }, { icon: 'play', isPrimary: true, isDisabled: !isReady, name: 'start' })}
      ${missing.length === 0 ? renderActionButton(page, 'Edit Recipe', { type: 'openStep', step: 'recipe' }) : nothing}
    </div>
  </div>`;
}

function renderMissing(page: Page, { words, link, step }: Missing): TemplateResult {
  return html`<li>
    ${renderIcon('circle-large-outline')}<span
      >${words} ${renderLink(link, () => page.act({ type: 'openStep', step }))}</span
    >
  </li>`;
}

/** What keeps a run from starting, in the order of the steps. */
export function listMissing({
  model,
  keys,
  recipe,
}: Pick<PanelSnapshot, 'model' | 'keys' | 'recipe'>): Missing[] {
  if (model.chosen === null) return [{ words: 'No model is chosen.', link: 'Choose a Model', step: 'model' }];
  if (model.chosen.problem !== null || recipe === null)
    return [{ words: 'The chosen model cannot be used.', link: 'Show Model', step: 'model' }];
  const wrongs = Object.keys(recipe.problems).length;
  return [
    ...listMissingKeys(keys),
    ...(wrongs === 0
      ? []
      : [
          {
            words: `The recipe has ${formatCounted(wrongs, 'value')} to correct.`,
            link: 'Edit Recipe',
            step: 'recipe' as const,
          },
        ]),
  ];
}

function listMissingKeys({ sets, chosen }: PanelSnapshot['keys']): Missing[] {
  const set = sets.find(({ path }) => path === chosen);
  const choose = { link: 'Choose Keys', step: 'keys' } as const;
  if (set === undefined)
    return sets.some(({ fits }) => fits)
      ? [{ words: 'No key set is chosen.', ...choose }]
      : [{ words: 'There is no key set for this model.', link: 'Create Keys', step: 'keys' }];
  if (!set.fits) return [{ words: `${set.name} was made for another model.`, ...choose }];
  return set.isDrawn
    ? []
    : [{ words: `The responses of ${set.name} are not drawn yet.`, link: 'Show Keys', step: 'keys' }];
}

function describeReady({ snapshot: { recipe, keys } }: Page): string {
  const { values, estimate } = recipe!;
  const { count } = keys.sets.find(({ path }) => path === keys.chosen)!;
  const layers = values.trained === 'full' ? 'all parameters' : `layers ${values.layers.join('–')}`;
  const cost =
    estimate === null
      ? ''
      : `, about ${formatRough(estimate.seconds.likely)} and ${formatSize(estimate.memoryBytes)}`;
  return `The recipe is ready: ${formatCount(count)} keys, ${layers}${cost}.`;
}
