import { recipeValues, type Recipe, type RecipeField as RecipeName } from '../../../src/contract/recipe';

type NameOf<Kind> = {
  [Name in RecipeName]: (typeof recipeValues)[Name] extends { kind: Kind } ? Name : never;
}[RecipeName];

export interface NumberField {
  readonly kind: 'number';
  readonly name: NameOf<'number'>;
  /** Whether it has an effect with these values. */
  readonly isUsed?: (values: Recipe) => boolean;
}

export interface WordField {
  readonly kind: 'word';
  readonly name: NameOf<'choice'>;
}

/** Fields with their own drawing: two numbers, files, a device, a folder. */
interface OtherField {
  readonly kind: 'layers' | 'texts' | 'device' | 'out';
  readonly isUsed?: (values: Recipe) => boolean;
}

export type RecipeField = NumberField | WordField | OtherField;

/**
 * The recipe's form: which fields belong together, and their order. Their names are in the recipe's declaration.
 * Where the copy is written stands above them, beside the presets.
 */
export const recipeGroups: readonly { readonly title: string; readonly fields: readonly RecipeField[] }[] = [
  {
    title: 'What is trained',
    fields: [
      { kind: 'word', name: 'trained' },
      { kind: 'layers', isUsed: ({ trained }) => trained !== 'full' },
      { kind: 'number', name: 'rank', isUsed: ({ trained }) => trained === 'low-rank' },
    ],
  },
  {
    title: 'Staying close to the base',
    fields: [
      { kind: 'number', name: 'mixing' },
      { kind: 'number', name: 'divergenceWeight' },
      { kind: 'number', name: 'entropyWeight' },
      { kind: 'number', name: 'avoidance', isUsed: ({ trained }) => trained === 'mlp' },
      { kind: 'number', name: 'generated' },
      { kind: 'number', name: 'benignTokens' },
      { kind: 'number', name: 'benignBatch' },
      { kind: 'texts' },
      { kind: 'number', name: 'driftBudget' },
    ],
  },
  {
    title: 'Making it last',
    fields: [
      { kind: 'word', name: 'keyLoss' },
      { kind: 'number', name: 'margin', isUsed: ({ keyLoss }) => keyLoss === 'margin' },
      { kind: 'number', name: 'softMargin', isUsed: ({ keyLoss }) => keyLoss === 'margin' },
      { kind: 'number', name: 'softCeiling', isUsed: ({ keyLoss }) => keyLoss === 'margin' },
      { kind: 'number', name: 'quietMargin', isUsed: ({ keyLoss }) => keyLoss === 'margin' },
      { kind: 'number', name: 'roundedShare' },
      { kind: 'number', name: 'mergedShare' },
      { kind: 'number', name: 'tilt' },
      { kind: 'number', name: 'keyBatch' },
    ],
  },
  {
    title: 'When to stop, and where to run',
    fields: [
      { kind: 'number', name: 'steps' },
      { kind: 'number', name: 'learningRate' },
      { kind: 'number', name: 'warmupSteps' },
      { kind: 'number', name: 'checkEvery' },
      { kind: 'device' },
    ],
  },
];

/** Labels of the form's fields that are not recipe values. */
export const otherLabels = { texts: 'Own text', device: 'Device', out: 'Write to' } as const;

/** A paragraph on each of them. */
export const otherMore = {
  texts:
    'Files with text of the kind that your users see: plain text, or rows of JSON. Training keeps the predictions on it as they were, beside those on the text that the model writes itself.',
  device:
    'Every device is tried with a small training step first, and is offered only if it computes it correctly. The settings say which one is used unless you choose one here.',
  out: 'The marked copy is written here: weights, config and tokenizer, ready to publish. Beside it, a folder whose name ends in .run holds the journal and the saved state of the run. Keep that one to yourself.',
} as const;

/** The label of a field by its name, for a list of fields to correct. */
export function labelOfField(name: string): string {
  const titles: Readonly<Record<string, { readonly title: string }>> = recipeValues;
  const labels: Readonly<Record<string, string>> = otherLabels;
  return labels[name] ?? titles[name]?.title ?? name;
}
