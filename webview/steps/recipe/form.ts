import type { Recipe } from '../../../src/contract/recipe';
import { findNameFault } from '../../../src/protocol/portableName';
import { applyEdits, listChanges } from '../../../src/protocol/checkRecipe';
import type { RecipeView } from '../../../src/protocol/panel/recipe';
import type { RecipeEdit } from '../../../src/protocol/panel/requests';
import { nameOfPath } from '../../words';

/** What the form shows: the host's values, covered by drafts. */
export interface RecipeForm {
  /** The last valid value of every field. */
  readonly values: Recipe;
  /** Fields whose text is not valid. */
  readonly unread: ReadonlySet<string>;
  /** One sentence for each field that has to be corrected, in the order of the fields. */
  readonly problems: Readonly<Record<string, string>>;
}

type Drafted = (field: string) => string | undefined;

export const layerFields = ['layers.first', 'layers.last'] as const;

/** Checks typing at once, by the host's own rules; what only the host knows comes with its next snapshot. */
export function readForm(recipe: RecipeView, drafted: Drafted): RecipeForm {
  const changes = {
    ...listChanges(recipe.defaults, recipe.values),
    ...recipe.typed,
    ...listDrafts(recipe, drafted),
  };
  const limits = {
    layerCount: recipe.layerCount,
    // Only the host knows the length of the model's context.
    maxLength: Infinity,
    hasOwnTexts: recipe.texts.length > 0,
  };
  const { values, typed, problems } = applyEdits(recipe.defaults, changes as RecipeEdit['changes'], limits);
  const fromHost = Object.entries(recipe.problems).filter(([field]) => isAnswered(recipe, field, drafted));
  const out = drafted('out');
  const outFault = out === undefined ? undefined : findNameFault(nameOfPath(out));
  return {
    values,
    unread: new Set(Object.keys(typed)),
    problems: {
      ...Object.fromEntries(fromHost),
      ...problems,
      ...(outFault === undefined ? {} : { out: outFault }),
    },
  };
}

/** The text in a field. */
export function textOfField(recipe: RecipeView, drafted: Drafted, field: string): string {
  const draft = drafted(field);
  if (draft !== undefined) return draft;
  const layer = layerFields.indexOf(field as (typeof layerFields)[number]);
  if (layer >= 0) return textOfLayer(recipe, layer);
  return String(recipe.typed[field] ?? recipe.values[field as keyof Recipe] ?? '');
}

function textOfLayer({ typed, values }: RecipeView, layer: number): string {
  const given = typed.layers ?? values.layers;
  if (typeof given === 'string') return given.split(' to ')[layer] ?? '';
  return typeof given === 'number' ? '' : String(given[layer] ?? '');
}

/** The edit that tells the host about these fields. */
export function toEdit(recipe: RecipeView, drafted: Drafted, fields: readonly string[]): RecipeEdit {
  const isAsked = (field: string): boolean =>
    fields.includes(field) || (field === 'layers' && layerFields.some((each) => fields.includes(each)));
  const changes = Object.entries(listDrafts(recipe, drafted)).filter(([field]) => isAsked(field));
  const device = fields.includes('device') ? drafted('device') : undefined;
  const out = fields.includes('out') ? drafted('out') : undefined;
  return {
    changes: Object.fromEntries(changes),
    ...(device === undefined ? {} : { device }),
    ...(out === undefined ? {} : { out }),
  };
}

/** Drafts of the recipe's own fields as values. */
function listDrafts(recipe: RecipeView, drafted: Drafted): RecipeEdit['changes'] {
  const drafts: RecipeEdit['changes'] = {};
  for (const field of Object.keys(recipe.defaults)) {
    const text = drafted(field);
    if (text !== undefined) drafts[field] = text;
  }
  if (layerFields.some((field) => drafted(field) !== undefined)) {
    const texts = layerFields.map((field) => textOfField(recipe, drafted, field).trim());
    const layers = texts.map((text) => (/^\d+$/.test(text) ? Number(text) : NaN));
    drafts.layers = layers.some(Number.isNaN) ? texts.join(' to ') : layers;
  }
  return drafts;
}

/** Values as they would be typed, by field of the form. */
export function toTexts(changes: RecipeEdit['changes']): [string, string][] {
  return Object.entries(changes).flatMap(([field, value]) =>
    typeof value === 'object'
      ? layerFields.map((name, i): [string, string] => [name, String(value[i] ?? '')])
      : [[field, String(value)] as [string, string]],
  );
}

/** Whether the host's judgement is about the text that is in the field now. */
function isAnswered(recipe: RecipeView, field: string, drafted: Drafted): boolean {
  const names: readonly string[] = field === 'layers' ? layerFields : [field];
  return names.every((name) => {
    const draft = drafted(name);
    return draft === undefined || draft === textOfHost(recipe, name);
  });
}

function textOfHost(recipe: RecipeView, field: string): string {
  return field === 'out' ? recipe.out : textOfField(recipe, () => undefined, field);
}

/** Whether a value differs from the default; invalid text counts as a change. */
export function isChanged({ defaults }: RecipeView, form: RecipeForm, field: keyof Recipe): boolean {
  return form.unread.has(field) || JSON.stringify(form.values[field]) !== JSON.stringify(defaults[field]);
}

/** How many values differ from the defaults. */
export function countChanges(recipe: RecipeView, form: RecipeForm): number {
  const fields = Object.keys(form.values) as (keyof Recipe)[];
  return fields.filter((field) => isChanged(recipe, form, field)).length;
}
