import { html, nothing, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { findPreset, presetNames, recipePresets, type PresetName } from '../../../src/contract/recipePresets';
import type { RecipeView } from '../../../src/protocol/panel/recipe';
import { formatCounted } from '../../../src/words/numbers';
import { renderLink } from '../../parts/buttons';
import type { Page } from '../../page';
import { countChanges, type RecipeForm } from './form';

/** The preset whose values the form shows; undefined for values of the user's own. */
export function presetOf(recipe: RecipeView, form: RecipeForm): PresetName | undefined {
  return form.unread.size > 0 ? undefined : findPreset(recipe.defaults, form.values);
}

/** Recipes by their purpose, and ways to take one from elsewhere. */
export function renderPresets(page: Page, recipe: RecipeView, form: RecipeForm): TemplateResult {
  const chosen = presetOf(recipe, form);
  const own = 'own';
  const choose = (event: Event): void => {
    const { value } = event.target as HTMLInputElement;
    const preset = presetNames.find((name) => name === value);
    if (value === own) page.open({ isAdvancedOpen: true });
    else if (preset !== undefined && preset !== chosen) page.act({ type: 'choosePreset', preset });
  };
  return html`<section class="presets">
    <div class="section-head">
      <h2 id="presets">What should the mark be like?</h2>
      <span class="grow"></span>${renderSources(page, recipe)}
    </div>
    <vscode-radio-group
      orientation="vertical"
      aria-labelledby="presets"
      @change=${choose}
      .value=${live(chosen ?? own)}
    >
      ${presetNames.map((name) => {
        const { title, why } = recipePresets[name];
        return html`<vscode-radio value=${name}>${title}<span class="muted"> – ${why}</span></vscode-radio>`;
      })}
      <vscode-radio value=${own}
        >Your own values<span class="muted">
          – ${sayOwn(chosen, countChanges(recipe, form))}</span
        ></vscode-radio
      >
    </vscode-radio-group>
  </section>`;
}

/** The choice is there before anything was changed: a row that came while somebody types would move what they click next. */
function sayOwn(chosen: PresetName | undefined, changes: number): string {
  return chosen === undefined
    ? `${formatCounted(changes, 'value')} not as in Balanced`
    : 'change them in Advanced';
}

function renderSources(page: Page, { earlier }: RecipeView): TemplateResult {
  const [last] = earlier;
  return html`${renderLink('Load Recipe…', () => page.act({ type: 'loadRecipe' }))}
  ${
    last === undefined
      ? nothing
      : renderLink(`Use Recipe of ${last.name}`, () => page.act({ type: 'useRecipeOf', folder: last.folder }))
  }
  ${renderLink('Open Recipe File', () => page.act({ type: 'openRecipeFile' }))}`;
}
