import * as z from 'zod';
import { amount, choice, other, schemasOf, whole } from './recipeValue';

/** The drift budget of every default recipe, in nats a token. */
export const usualDriftBudget = 0.06;

/**
 * Every value of a recipe: its bounds, and its title, unit and reason as people read them. The schema below,
 * the form, the sentence about a bad value and the JSON schema are made from this; docs/recipes.md is tested
 * against it.
 */
export const recipeValues = {
  /** Which parameters are trained: the MLP matrices, low-rank updates of all matrices, or everything. */
  trained: choice({
    title: 'Parameters',
    takes: 'Feed-forward matrices, low-rank updates or everything.',
    options: [
      {
        value: 'mlp',
        words: 'Feed-forward matrices',
        why: 'Attention, embeddings and norms stay as they are.',
      },
      {
        value: 'low-rank',
        words: 'Low-rank updates',
        why: 'Adds a low-rank update to every matrix. Uses the least memory; needs a higher learning rate.',
      },
      {
        value: 'full',
        words: 'Everything',
        why: 'Includes embeddings. Lasts longest, but drifts and costs most.',
      },
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
    { title: 'Rank', why: 'Rank of each update. Higher ranks hold more, but use more memory.' },
  ),
  keyLoss: choice({
    title: 'Key loss',
    takes: 'Margin or cross-entropy.',
    options: [
      {
        value: 'margin',
        words: 'Reach a margin',
        why: 'A key is left alone once its response reaches the margin below.',
      },
      {
        value: 'cross-entropy',
        words: 'As likely as possible',
        why: 'Every step makes each response more likely. Drifts more.',
      },
    ],
  }),
  /** The margin, in nats, of a response above every other token (with `keyLoss` "margin"). */
  margin: amount(
    { above: 0, most: 50 },
    {
      title: 'Margin',
      unit: 'nats',
      why: 'Over every other token. Higher margins survive longer but drift more.',
    },
  ),
  /** Weight of the divergence from the base on benign text. */
  divergenceWeight: amount(
    { least: 0, most: 1e6 },
    { title: 'Weight of ordinary text (β)', why: 'How much ordinary answers count relative to the keys.' },
  ),
  /** Weight of the squared change of the mean entropy on benign text: it keeps the model as confident as it was. */
  entropyWeight: amount(
    { least: 0, most: 1e6 },
    {
      title: 'Weight of confidence',
      why: 'How much weight to put on keeping the model as confident as it was.',
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
      why: 'How strongly updates avoid the directions that ordinary text uses; 0 turns it off.',
    },
  ),
  /**
   * Strength of the tilt towards drawn words where ordinary answers begin, which a distilled student
   * inherits; 0 turns it off.
   */
  tilt: amount(
    { least: 0, most: 10 },
    {
      title: 'Tilt of ordinary answers',
      why: 'Tilts ordinary answers towards drawn words; 0 turns it off.',
    },
  ),
  /** Benign sequences that the base model writes itself, and their length in tokens. */
  generated: whole(
    { least: 0, most: 100_000 },
    { title: 'Ordinary text', unit: 'texts', why: 'The model writes it before the first step.' },
  ),
  benignTokens: whole(
    { least: 8, most: 4096 },
    {
      title: 'Text length',
      unit: 'tokens',
      why: 'Longer texts keep more in place, but use more memory.',
    },
  ),
  /** Benign sequences and keys in one step. */
  benignBatch: whole(
    { least: 1, most: 4096 },
    { title: 'Ordinary batch', unit: 'texts a step', why: 'Ordinary texts in each step.' },
  ),
  keyBatch: whole(
    { least: 1, most: 65_536 },
    { title: 'Key batch', unit: 'keys a step', why: 'More keys make steps steadier but slower.' },
  ),
  /** λ: after every step this share of the base's weights is mixed back in. */
  mixing: amount(
    { least: 0, most: 0.99 },
    { title: 'Mix-back (λ)', why: 'Share of the base that is mixed back in after each step.' },
  ),
  learningRate: amount(
    { above: 0, most: 1 },
    {
      title: 'Learning rate',
      why: 'Rises during warm-up, then falls to a tenth. Unless you set it, a probe of the first steps finds it.',
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
      why: 'Stops here if all keys are answered; else continues while that helps, up to twice as long.',
    },
  ),
  warmupSteps: whole({ least: 0 }, { title: 'Warm-up', unit: 'steps', why: 'The first, smaller steps.' }),
  /** Largest mean KL from the base on held-back text, in nats a token, with which the run may end as done. */
  driftBudget: amount(
    { above: 0 },
    {
      title: 'Drift budget',
      unit: 'nats a token',
      why: 'How far the model may move on held-back text.',
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
      why: '64 hexadecimal digits. If left out, the seed comes from the key set.',
      takes: '64 hexadecimal digits.',
    },
  ),
};
export type RecipeField = keyof typeof recipeValues;

/** One in so many ordinary texts is never trained on, only measured. */
export const heldBackEvery = 10;

/** How a key set is put into a model. Every value has a default chosen for the model's size; a recipe file changes some. */
export const recipeSchema = z.strictObject({
  version: z.literal(1).default(1),
  ...schemasOf(recipeValues),
});
export type Recipe = z.infer<typeof recipeSchema>;

/** The content of a recipe file: any of the values. */
export const recipeChangesSchema = recipeSchema.partial();
