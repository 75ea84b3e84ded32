import { html, nothing, type TemplateResult } from 'lit-html';
import { formatRough, formatSize } from '../../../src/words/figures';
import type { RecipeView } from '../../../src/protocol/panel/recipe';
import { formatSmall } from '../../../src/words/numbers';
import { renderActionButton, renderLink } from '../../parts/buttons';
import { renderIcon } from '../../parts/icons';
import type { Page } from '../../page';
import { isAlive } from '../run/words';
import { focusField, renderAdvanced } from './advanced';
import { renderEstimate } from './estimate';
import { labelOfField } from './fields';
import { readForm, type RecipeForm } from './form';
import { renderPresets } from './presets';
import { renderRecipeRow } from './rows';

export function renderRecipeView(page: Page): TemplateResult {
  const { recipe } = page.snapshot;
  if (recipe === null) return renderEmpty(page);
  const form = readForm(recipe, (field) => page.recipe.get(field));
  return html`<div class="split">
    <div class="stack is-wide form">
      ${renderPresets(page, recipe, form)} ${renderRecipeRow(page, recipe, form, { kind: 'out' })}
      ${renderStart(page, form)} ${renderAdvanced(page, recipe, form)}
    </div>
    ${renderEstimate(page, recipe, form)}
  </div>`;
}

function renderEmpty(page: Page): TemplateResult {
  return html`<div class="empty">
    <h2>No recipe yet</h2>
    <p>A recipe belongs to a model. Choose one, and every value starts with a default for its size.</p>
    <div class="actions">
      ${renderActionButton(page, 'Choose Model', { type: 'openStep', step: 'model' }, { isPrimary: true })}
    </div>
  </div>`;
}

function renderStart(page: Page, form: RecipeForm): TemplateResult {
  const reason = findObstacle(page, form);
  return html`<div class="actions">
    ${renderActionButton(
      page,
      'Start Run',
      { type: 'startRun' },
      { icon: 'play', isPrimary: true, isDisabled: reason !== null, name: 'start' },
    )}
    ${reason ?? renderAdvice(page.snapshot.recipe!)}
  </div>`;
}

/** Why no run can start, with links to what is missing; null when one can. */
function findObstacle(page: Page, { problems }: RecipeForm): TemplateResult | null {
  const wrong = Object.keys(problems);
  if (wrong.length > 0)
    return html`<p class="hint is-error" role="status">
      ${renderIcon('error')}<span
        >${wrong.length === 1 ? '1 value' : `${wrong.length} values`} to correct:
        ${wrong.map((field, i) => html`${i > 0 ? ', ' : ''}${renderLink(labelOfField(field), () => focusField(page, field))}`)}</span
      >
    </p>`;
  const { keys, run, isTrusted } = page.snapshot;
  if (!isTrusted) return html`<p class="hint" role="status">Nothing runs until you trust this folder.</p>`;
  if (isAlive(run.state))
    return html`<p class="hint" role="status">
      <span
        >A run is in progress.
        ${renderLink('Show Run', () => page.act({ type: 'openStep', step: 'run' }))}</span
      >
    </p>`;
  const chosen = keys.sets.find(({ path }) => path === keys.chosen);
  if (chosen?.fits !== true)
    return html`<p class="hint" role="status">
      <span
        >A run needs a key set for this model.
        ${renderLink('Choose Keys', () => page.act({ type: 'openStep', step: 'keys' }))}</span
      >
    </p>`;
  return null;
}

/** Advice before a start, for layouts without the estimate beside the button. */
function renderAdvice({ estimate }: RecipeView): TemplateResult | typeof nothing {
  if (estimate === null) return nothing;
  if (estimate.leastMemoryBytes > estimate.freeBytes)
    return html`<p class="hint">
      ${renderIcon('warning', 'warn')}<span>This probably needs more memory than is free.</span>
    </p>`;
  const { seconds, memoryBytes, drift } = estimate;
  return html`<p class="muted small num narrow-only">
    ${formatSize(memoryBytes)}, about
    ${formatRough(seconds.likely)}${drift === null ? ', drift not known' : `, drift about ${formatSmall(drift.likely)} nats`}
  </p>`;
}
