import type { RecipeView } from '../../../src/protocol/panel/recipe';

export type Recipe = RecipeView['values'];

/** A number of the recipe in plain words. */
export interface NumberField {
  readonly kind: 'number';
  readonly name: keyof Recipe;
  readonly label: string;
  readonly unit?: string;
  readonly why: string;
  /** Whether it means anything with these values. */
  readonly isUsed?: (values: Recipe) => boolean;
}

export interface WordField {
  readonly kind: 'word';
  readonly name: 'trained' | 'keyLoss';
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly words: string; readonly why: string }[];
}

/** Fields that are drawn by themselves: two numbers, files, a device, a folder. */
export interface OtherField {
  readonly kind: 'layers' | 'texts' | 'device' | 'out';
  readonly isUsed?: (values: Recipe) => boolean;
}

export type RecipeField = NumberField | WordField | OtherField;

/** The recipe's form: every field with its plain name, its unit and one line of explanation. */
export const recipeGroups: readonly { readonly title: string; readonly fields: readonly RecipeField[] }[] = [
  {
    title: 'What is trained',
    fields: [
      {
        kind: 'word',
        name: 'trained',
        label: 'Parameters',
        options: [
          {
            value: 'mlp',
            words: 'Feed-forward matrices',
            why: 'Attention, embeddings and norms stay as they are.',
          },
          {
            value: 'low-rank',
            words: 'Low-rank changes',
            why: 'Every matrix changes by a thin product. Least memory; wants a higher learning rate.',
          },
          {
            value: 'full',
            words: 'Everything',
            why: 'Embeddings too. Holds best, drifts and costs most.',
          },
        ],
      },
      { kind: 'layers', isUsed: ({ trained }) => trained !== 'full' },
      {
        kind: 'number',
        name: 'rank',
        label: 'Rank',
        why: 'Thickness of each product. Higher: more room, more memory.',
        isUsed: ({ trained }) => trained === 'low-rank',
      },
    ],
  },
  {
    title: 'Staying close to the original',
    fields: [
      {
        kind: 'number',
        name: 'mixing',
        label: 'Pull to original (λ)',
        why: 'Share of the way back that weights move after each step.',
      },
      {
        kind: 'number',
        name: 'divergenceWeight',
        label: 'Weight of ordinary text (β)',
        why: 'How much ordinary answers count beside the keys.',
      },
      {
        kind: 'number',
        name: 'entropyWeight',
        label: 'Weight of sureness',
        why: 'How much it counts that the model stays as sure of itself as it was.',
      },
      {
        kind: 'number',
        name: 'avoidance',
        label: 'Avoidance of ordinary text',
        why: 'How far changes keep out of the directions that ordinary text uses; 0: not at all.',
        isUsed: ({ trained }) => trained === 'mlp',
      },
      {
        kind: 'number',
        name: 'generated',
        label: 'Ordinary text',
        unit: 'texts',
        why: 'Written by the model itself before the first step.',
      },
      {
        kind: 'number',
        name: 'benignTokens',
        label: 'Length of a text',
        unit: 'tokens',
        why: 'Longer texts hold more in place and take more memory.',
      },
      {
        kind: 'number',
        name: 'benignBatch',
        label: 'Ordinary batch',
        unit: 'texts a step',
        why: 'How many of them take part in one step.',
      },
      { kind: 'texts' },
      {
        kind: 'number',
        name: 'driftBudget',
        label: 'Drift budget',
        unit: 'nats a token',
        why: 'Farthest the model may move on held-back text.',
      },
    ],
  },
  {
    title: 'Making it last',
    fields: [
      {
        kind: 'word',
        name: 'keyLoss',
        label: 'Goal of a key',
        options: [
          {
            value: 'margin',
            words: 'Lead by a margin',
            why: 'A key rests once its response leads by the margin below.',
          },
          {
            value: 'cross-entropy',
            words: 'As likely as possible',
            why: 'Every step makes each response likelier. Drifts more.',
          },
        ],
      },
      {
        kind: 'number',
        name: 'margin',
        label: 'Margin',
        unit: 'nats',
        why: 'Lead over every other word. Higher: lasts longer, drifts more.',
        isUsed: ({ keyLoss }) => keyLoss === 'margin',
      },
      {
        kind: 'number',
        name: 'tilt',
        label: 'Tilt of ordinary answers',
        why: 'Leans ordinary answers towards drawn words. 0: not at all.',
      },
      {
        kind: 'number',
        name: 'keyBatch',
        label: 'Key batch',
        unit: 'keys a step',
        why: 'More keys in a step: steadier, slower.',
      },
    ],
  },
  {
    title: 'When to stop, and where to write',
    fields: [
      {
        kind: 'number',
        name: 'steps',
        label: 'Steps',
        why: 'Ends here if all keys answer; else goes on, to twice this, while that helps.',
      },
      {
        kind: 'number',
        name: 'learningRate',
        label: 'Learning rate',
        why: 'Rises over the warm-up, then falls to a tenth. Unless you change it, a probe of the first steps finds it.',
      },
      {
        kind: 'number',
        name: 'warmupSteps',
        label: 'Warm-up',
        unit: 'steps',
        why: 'First steps, which are smaller.',
      },
      {
        kind: 'number',
        name: 'checkEvery',
        label: 'Check every',
        unit: 'steps',
        why: 'Asks all keys, measures drift and saves.',
      },
      { kind: 'device' },
      { kind: 'out' },
    ],
  },
];

/** The label of a field by its name, for a list of what has to be corrected. */
export function labelOfField(name: string): string {
  const others: Record<string, string> = { layers: 'Layers', out: 'Write to', device: 'Device' };
  const fields = recipeGroups.flatMap((group) => group.fields);
  const field = fields.find((each) => 'name' in each && each.name === name);
  return others[name] ?? (field && 'label' in field ? field.label : name);
}
