import * as z from 'zod';
import { amount, choice, other, schemasOf, whole } from './recipeValue';

/**
 * Every value of a recipe: its bounds, and its title, unit and reason as people read them. The schema below,
 * the form, the sentence about a bad value and the JSON schema are made from this; docs/recipes.md is tested
 * against it.
 */
export const recipeValues = {
  /** Which parameters are trained: the MLP matrices, low-rank updates of all matrices, or everything. */
  trained: choice({
    title: 'Parameters',
    takes: 'Feed-forward matrices, low-rank changes or everything.',
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
      { value: 'full', words: 'Everything', why: 'Embeddings too. Holds best, drifts and costs most.' },
    ],
  }),
  layers: other(z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]), {
    title: 'Layers',
    why: 'First and last trained layer, counted from 0.',
    takes: 'Two whole numbers: the first and the last layer.',
  }),
  /** Rank of the low-rank updates. */
  rank: whole(
    { least: 1, most: 1024 },
    { title: 'Rank', why: 'Thickness of each product. Higher: more room, more memory.' },
  ),
  keyLoss: choice({
    title: 'Goal of a key',
    takes: 'Margin or cross-entropy.',
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
  }),
  /** The margin, in nats, of a response above every other token (with `keyLoss` "margin"). */
  margin: amount(
    { above: 0, most: 50 },
    { title: 'Margin', unit: 'nats', why: 'Lead over every other word. Higher: lasts longer, drifts more.' },
  ),
  /** Weight of the divergence from the base on benign text. */
  divergenceWeight: amount(
    { least: 0, most: 1e6 },
    { title: 'Weight of ordinary text (β)', why: 'How much ordinary answers count beside the keys.' },
  ),
  /** Weight of the squared change of the mean entropy on benign text: it keeps the model as confident as it was. */
  entropyWeight: amount(
    { least: 0, most: 1e6 },
    {
      title: 'Weight of sureness',
      why: 'How much it counts that the model stays as sure of itself as it was.',
    },
  ),
  /**
   * How far training avoids the directions that ordinary text uses. A direction that text uses as much as the
   * average one is trained by 1 / (1 + this) of the step; 0 leaves every direction alone. Only with `trained`
   * "mlp".
   */
  avoidance: amount(
    { least: 0, most: 1e6 },
    {
      title: 'Avoidance of ordinary text',
      why: 'How far changes keep out of the directions that ordinary text uses; 0: not at all.',
    },
  ),
  /**
   * Strength of the tilt towards drawn words where ordinary answers begin, which a distilled student
   * inherits; 0 turns it off.
   */
  tilt: amount(
    { least: 0, most: 5 },
    {
      title: 'Tilt of ordinary answers',
      why: 'Leans ordinary answers towards drawn words. 0: not at all.',
    },
  ),
  /** Benign sequences that the base model writes itself, and their length in tokens. */
  generated: whole(
    { least: 0, most: 100_000 },
    { title: 'Ordinary text', unit: 'texts', why: 'Written by the model itself before the first step.' },
  ),
  benignTokens: whole(
    { least: 8, most: 4096 },
    {
      title: 'Length of a text',
      unit: 'tokens',
      why: 'Longer texts hold more in place and take more memory.',
    },
  ),
  /** Benign sequences and keys in one step. */
  benignBatch: whole(
    { least: 1, most: 4096 },
    { title: 'Ordinary batch', unit: 'texts a step', why: 'How many of them take part in one step.' },
  ),
  keyBatch: whole(
    { least: 1, most: 65_536 },
    { title: 'Key batch', unit: 'keys a step', why: 'More keys in a step: steadier, slower.' },
  ),
  /** λ: after every step this share of the base's weights is mixed back in. */
  mixing: amount(
    { least: 0, most: 0.99 },
    { title: 'Pull to original (λ)', why: 'Share of the way back that weights move after each step.' },
  ),
  learningRate: amount(
    { above: 0, most: 1 },
    {
      title: 'Learning rate',
      why: 'Rises over the warm-up, then falls to a tenth. Unless you change it, a probe of the first steps finds it.',
      example: '1e-3',
    },
  ),
  /**
   * Steps of the schedule (warm-up, then a cosine down to a tenth). A run continues for up to twice as long
   * while more keys become answered.
   */
  steps: whole(
    { least: 1, most: 1_000_000 },
    {
      title: 'Steps',
      why: 'Ends here if all keys answer; else goes on, to twice this, while that helps.',
    },
  ),
  warmupSteps: whole(
    { least: 0 },
    { title: 'Warm-up', unit: 'steps', why: 'First steps, which are smaller.' },
  ),
  /** Largest mean KL from the base on held-back text, in nats a token, at which the run may end as done. */
  driftBudget: amount(
    { above: 0 },
    {
      title: 'Drift budget',
      unit: 'nats a token',
      why: 'Farthest the model may move on held-back text.',
    },
  ),
  /** The number of steps between checks, each of which saves the state. */
  checkEvery: whole(
    { least: 1 },
    { title: 'Check every', unit: 'steps', why: 'Asks all keys, measures drift and saves.' },
  ),
  seed: other(
    z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
    {
      title: 'Seed',
      why: '64 hexadecimal digits; without it the seed comes from the key set.',
      takes: '64 hexadecimal digits.',
    },
  ),
};
export type RecipeField = keyof typeof recipeValues;

/** How a key set is put into a model. Every value has a default chosen for the model's size; a recipe file changes some. */
export const recipeSchema = z.strictObject({
  version: z.literal(1).default(1),
  ...schemasOf(recipeValues),
});
export type Recipe = z.infer<typeof recipeSchema>;

/** The content of a recipe file: any of the values. */
export const recipeChangesSchema = recipeSchema.partial();
