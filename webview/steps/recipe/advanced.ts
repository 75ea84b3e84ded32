import { html, nothing, type TemplateResult } from 'lit-html';
import type { RecipeView } from '../../../src/protocol/panel/recipe';
import { formatCounted } from '../../../src/words/numbers';
import { renderLink } from '../../parts/buttons';
import { idOfField } from '../../parts/fields';
import { renderIcon } from '../../parts/icons';
import type { Page } from '../../page';
import { recipeGroups } from './fields';
import { countChanges, type RecipeForm } from './form';
import { presetOf } from './presets';
import { renderRecipeRow } from './rows';

const bodyId = 'advanced';

/**
 * The recipe's own fields. They are closed until somebody opens them, and open by themselves where a value was
 * changed or is not valid.
 */
export function renderAdvanced(page: Page, recipe: RecipeView, form: RecipeForm): TemplateResult {
  const isOpen = page.details.isAdvancedOpen ?? needsAttention(recipe, form);
  const changes = countChanges(recipe, form);
  return html`<section class="advanced">
    <div class="section-head">
      <h2>
        <button
          class="disclosure"
          type="button"
          aria-expanded=${isOpen}
          aria-controls=${isOpen ? bodyId : nothing}
          @click=${() => page.open({ isAdvancedOpen: !isOpen })}
        >
          ${renderIcon(isOpen ? 'chevron-down' : 'chevron-right')}Advanced
        </button>
      </h2>
      <span class="muted small"
        >${changes === 0 ? 'every value as the default' : `${formatCounted(changes, 'value')} changed`}</span
      >
      <span class="grow"></span>
      ${isOpen ? renderLink('Reset to Defaults', () => reset(page)) : nothing}
    </div>
    ${isOpen ? html`<div id=${bodyId}>${renderGroups(page, recipe, form)}</div>` : nothing}
  </section>`;
}

/** Moves the focus to a field, wherever it is. */
export function focusField(page: Page, field: string): void {
  if (field !== 'out') page.open({ isAdvancedOpen: true });
  document.getElementById(idOfField(field === 'layers' ? 'layers.first' : field))?.focus();
}

function needsAttention(recipe: RecipeView, form: RecipeForm): boolean {
  const isWrong = Object.keys(form.problems).some((field) => field !== 'out');
  return isWrong || presetOf(recipe, form) === undefined || recipe.texts.length > 0;
}

function renderGroups(page: Page, recipe: RecipeView, form: RecipeForm): TemplateResult[] {
  return recipeGroups.map(
    ({ title, fields }) =>
      html`<h3>${title}</h3>
        ${fields
          .filter((field) => field.kind === 'word' || (field.isUsed?.(form.values) ?? true))
          .map((field) => renderRecipeRow(page, recipe, form, field))}`,
  );
}

function reset(page: Page): void {
  page.recipe.clear();
  page.act({ type: 'resetRecipe' });
}
