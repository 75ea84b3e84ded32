import { html, nothing, type TemplateResult } from 'lit-html';
import { recipeValues, type Recipe } from '../../../src/contract/recipe';
import { formatParameters } from '../../../src/words/figures';
import type { RecipeView } from '../../../src/protocol/panel/recipe';
import { renderActionButton, renderLink } from '../../parts/buttons';
import { idOfField, renderChoice, renderTextField } from '../../parts/fields';
import type { Page } from '../../page';
import { nameOfPath } from '../../words';
import { otherLabels, otherMore, type NumberField, type RecipeField, type WordField } from './fields';
import { renderFormRow } from './formRow';
import { isChanged, layerFields, textOfField, type RecipeForm } from './form';

export function renderRecipeRow(
  page: Page,
  recipe: RecipeView,
  form: RecipeForm,
  field: RecipeField,
): TemplateResult {
  switch (field.kind) {
    case 'number':
      return renderNumber(page, recipe, form, field);
    case 'word':
      return renderWord(page, recipe, form, field);
    case 'layers':
      return renderLayers(page, recipe, form);
    case 'texts':
      return renderTexts(page, recipe);
    case 'device':
      return renderDevice(page, recipe);
    case 'out':
      return renderOut(page, recipe, form);
  }
}

function textIn(page: Page, recipe: RecipeView, field: string): string {
  return textOfField(recipe, (each) => page.recipe.get(each), field);
}

function renderNumber(page: Page, recipe: RecipeView, form: RecipeForm, field: NumberField): TemplateResult {
  const { name } = field;
  const { title: label, why, more, unit } = recipeValues[name];
  const problem = form.problems[name];
  const control = renderTextField({
    name,
    label,
    text: textIn(page, recipe, name),
    why,
    problem,
    ...(unit === undefined ? {} : { unit }),
    keyboard: 'decimal',
    onInput: (text) => page.recipe.type(name, text),
    onLeave: () => void page.recipe.flush(),
  });
  const reset = isChanged(recipe, form, name) ? renderReset(page, recipe, name) : undefined;
  return renderFormRow(page, { name, label, control, why, more, problem, reset });
}

function renderReset(
  page: Page,
  { defaults }: RecipeView,
  name: keyof Recipe,
  words?: string,
): TemplateResult {
  const text = String(defaults[name]);
  return renderLink(`Default ${words ?? text}`, () => page.recipe.choose(name, text));
}

function renderWord(page: Page, recipe: RecipeView, form: RecipeForm, field: WordField): TemplateResult {
  const { name } = field;
  const { title: label, options, more } = recipeValues[name];
  const text = textIn(page, recipe, name);
  const why = options.find(({ value }) => value === text)?.why ?? '';
  const control = renderChoice({
    name,
    label,
    text,
    why,
    options,
    onChoose: (value) => page.recipe.choose(name, value),
  });
  const usual = options.find(({ value }) => value === recipe.defaults[name])?.words.toLowerCase();
  const reset = isChanged(recipe, form, name) ? renderReset(page, recipe, name, usual) : undefined;
  return renderFormRow(page, { name, label, control, why, more, problem: form.problems[name], reset });
}

function renderLayers(page: Page, recipe: RecipeView, form: RecipeForm): TemplateResult {
  const { title: label, more } = recipeValues.layers;
  const problem = form.problems.layers;
  const [first, last] = recipe.defaults.layers;
  const trained = `${formatParameters(recipe.trainedParameters)} of ${formatParameters(recipe.parameters)} parameters.`;
  const why = `${page.recipe.isPending || problem !== undefined ? '' : `${trained} `}Fewer layers use less memory and drift less, but the mark is weaker.`;
  const reset = (): void => {
    page.recipe.type('layers.first', String(first));
    page.recipe.choose('layers.last', String(last));
  };
  const fields = layerFields.map((name) =>
    renderTextField({
      name,
      label,
      spokenLabel: name === 'layers.first' ? 'First trained layer' : 'Last trained layer',
      text: textIn(page, recipe, name),
      why,
      problem,
      keyboard: 'numeric',
      onInput: (text) => page.recipe.type(name, text),
      onLeave: () => void page.recipe.flush(),
    }),
  );
  return renderFormRow(page, {
    name: 'layers.first',
    label,
    control: html`<div class="pair">${fields[0]}<span>to</span>${fields[1]}</div>`,
    why,
    more,
    problem,
    reset: isChanged(recipe, form, 'layers') ? renderLink(`Default ${first}–${last}`, reset) : undefined,
  });
}

function renderTexts(page: Page, { texts }: RecipeView): TemplateResult {
  const name = 'texts';
  return renderFormRow(page, {
    name,
    label: otherLabels[name],
    control: html`<div>
      ${renderActionButton(page, 'Choose Files…', { type: 'chooseTexts' }, { icon: 'file', id: idOfField(name) })}
      ${
        texts.length === 0
          ? nothing
          : html`<ul class="small muted">
              ${texts.map((path) => html`<li title=${path}>${nameOfPath(path)}</li>`)}
            </ul>`
      }
    </div>`,
    why: 'Also kept as it was. Drift is never measured on it.',
    more: otherMore[name],
  });
}

const deviceWords: Readonly<Record<string, string>> = {
  auto: 'Automatic',
  cpu: 'Processor',
  webgpu: 'Graphics card, WebGPU',
  cuda: 'Graphics card, CUDA',
  dml: 'Graphics card, DirectML',
  coreml: 'Apple, Core ML',
};

function renderDevice(page: Page, recipe: RecipeView): TemplateResult {
  const name = 'device';
  const text = page.recipe.get(name) ?? recipe.device;
  const why =
    text === 'auto' ? 'The best one that computes a small training step correctly.' : 'Only this device.';
  const control = renderChoice({
    name,
    label: otherLabels[name],
    text,
    why,
    options: recipe.devices.map((value) => ({ value, words: deviceWords[value] ?? value })),
    onChoose: (value) => page.recipe.choose(name, value),
  });
  return renderFormRow(page, { name, label: otherLabels[name], control, why, more: otherMore[name] });
}

function renderOut(page: Page, recipe: RecipeView, form: RecipeForm): TemplateResult {
  const name = 'out';
  const why = 'A complete new folder. The original is only read.';
  const problem = form.problems.out;
  const control = renderTextField({
    name,
    label: otherLabels[name],
    text: page.recipe.get(name) ?? recipe.out,
    why,
    problem,
    onInput: (text) => page.recipe.type(name, text),
    onLeave: () => void page.recipe.flush(),
  });
  return renderFormRow(page, {
    name,
    label: otherLabels[name],
    control,
    why,
    more: otherMore[name],
    problem,
    isBroad: true,
  });
}
