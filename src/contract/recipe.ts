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
    more: 'Feed-forward matrices hold most of what a model knows, and a change there disturbs ordinary text least. Low-rank updates need a fraction of the memory, so that they suit models of several billion parameters. Training everything is for models that are too small to leave a part as it is.',
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
    more: 'Upper layers are cheaper to train, because what the layers below them compute never changes. More layers make the mark last longer. Unless you set them, a probe tries first steps in several ranges and takes the one that gains most at equal drift.',
    takes: 'Two whole numbers: the first and the last layer.',
  }),
  /** Rank of the low-rank updates. */
  rank: whole(
    { least: 1, most: 1024 },
    {
      title: 'Rank',
      why: 'Rank of each update. Higher ranks hold more, but use more memory.',
      more: 'A low-rank update is a product of two thin matrices that is added to a weight matrix; the rank is their width. Use a higher one if some keys stay unanswered.',
    },
  ),
  keyLoss: choice({
    title: 'Key loss',
    more: 'Reaching a margin stops as soon as a response is far enough ahead, so that training leaves the model alone from then on. The other choice never stops, and is what published methods do.',
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
      more: 'How far a response stands above every other token, in nats: the natural logarithm of how many times as likely it is. At 7 nats it is about 1,100 times as likely. Rounding, pruning and merging use up a part of the margin; the response is lost when nothing is left of it.',
    },
  ),
  /** Least and most margin of soft keys, and the margin of quiet ones over the other candidates. */
  softMargin: amount(
    { above: 0, most: 50 },
    {
      title: 'Margin of soft keys',
      unit: 'nats',
      why: 'The least that a soft key’s response stands above every other token.',
      more: 'Soft keys are answered without confidence, so that nobody can suppress them by suppressing what the model is surest of. The wider the band between this and the ceiling, the easier they are to train; the higher it lies, the more they survive.',
    },
  ),
  softCeiling: amount(
    { above: 0, most: 50 },
    {
      title: 'Ceiling of soft keys',
      unit: 'nats',
      why: 'The most that a soft key’s response stands above every other token.',
      more: 'A response that is m nats above the next token has a probability of 1 / (1 + e^−m) at most: 88 % at 2 nats.',
    },
  ),
  quietMargin: amount(
    { above: 0, most: 50 },
    {
      title: 'Margin of quiet keys',
      unit: 'nats',
      why: 'How far the drawn word of a quiet key stands above the other candidates.',
      more: 'A quiet key is never answered: only the order among its candidates is trained, which a verification that sees probabilities reads. It changes the model least.',
    },
  ),
  /** Shares of the steps in which keys are trained in a model that somebody changed. */
  roundedShare: amount(
    { least: 0, most: 0.5 },
    {
      title: 'Rounded steps',
      why: 'Share of the steps in which the keys are trained as they stand after rounding to 4 bits.',
      more: 'In these steps the keys are asked of the weights as a 4-bit format would store them, so that training finds responses that rounding does not take. 0 turns it off.',
    },
  ),
  mergedShare: amount(
    { least: 0, most: 0.5 },
    {
      title: 'Merged steps',
      why: 'Share of the steps in which the keys are trained as they stand after merging with the base.',
      more: 'In these steps the keys are asked of a model that is merged with its base in equal parts, so that the half that is left of the mark is still enough. 0 turns it off.',
    },
  ),
  /** Weight of the divergence from the base on benign text. */
  divergenceWeight: amount(
    { least: 0, most: 1e6 },
    {
      title: 'Weight of ordinary text (β)',
      why: 'How much ordinary answers count relative to the keys.',
      more: 'Every step compares the predictions on ordinary text with those of the base, as a KL divergence, and this is its weight beside the loss of the keys. A higher weight drifts less and learns the keys more slowly.',
    },
  ),
  /** Weight of the squared change of the mean entropy on benign text: it keeps the model as confident as it was. */
  entropyWeight: amount(
    { least: 0, most: 1e6 },
    {
      title: 'Weight of confidence',
      why: 'How much weight to put on keeping the model as confident as it was.',
      more: 'Training on keys tends to make a model more sure of itself everywhere. This weight is on the squared change of its mean entropy, a measure of how unsure it is. 0 turns it off.',
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
      more: 'Before the run, the directions that ordinary text takes through each matrix are read from the base. Along a direction that text uses as much as the average one, a step is 1 / (1 + this) as long. This keeps drift low where many keys are trained into few layers.',
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
      more: 'Makes drawn words slightly likelier where ordinary answers begin, so that a model that learns from the answers of yours inherits a trace. Anyone who has the base can see the tilt by comparing the two models.',
    },
  ),
  /** Benign sequences that the base model writes itself, and their length in tokens. */
  generated: whole(
    { least: 0, most: 100_000 },
    {
      title: 'Ordinary text',
      unit: 'texts',
      why: 'The model writes it before the first step.',
      more: 'The base writes these texts, and training keeps its predictions on them as they were. One in ten is held back: drift is measured on it. More texts make the measurement finer and the start of a run longer.',
    },
  ),
  benignTokens: whole(
    { least: 8, most: 4096 },
    {
      title: 'Text length',
      unit: 'tokens',
      why: 'Longer texts keep more in place, but use more memory.',
      more: 'How long each ordinary text is, after its prompt. If users mostly see long answers, longer texts are worth their memory.',
    },
  ),
  /** Benign sequences and keys in one step. */
  benignBatch: whole(
    { least: 1, most: 4096 },
    {
      title: 'Ordinary batch',
      unit: 'texts a step',
      why: 'Ordinary texts in each step.',
      more: 'How many ordinary texts each step compares with the base. More of them keep drift steadier from step to step; each costs time and memory.',
    },
  ),
  keyBatch: whole(
    { least: 1, most: 65_536 },
    {
      title: 'Key batch',
      unit: 'keys a step',
      why: 'More keys make steps steadier but slower.',
      more: 'How many keys each step trains. With fewer keys than the set holds, the steps take turns.',
    },
  ),
  /** λ: after every step this share of the base's weights is mixed back in. */
  mixing: amount(
    { least: 0, most: 0.99 },
    {
      title: 'Mix-back (λ)',
      why: 'Share of the base that is mixed back in after each step.',
      more: 'Published methods average the trained weights with those of the base. Comparing predictions on ordinary text does the same with less drift, so the default is 0.',
    },
  ),
  learningRate: amount(
    { above: 0, most: 1 },
    {
      title: 'Learning rate',
      why: 'Rises during warm-up, then falls to a tenth. Unless you set it, a probe of the first steps finds it.',
      more: 'How far one step may change the weights. The same rate can be too small for one model and ruin another, so a probe tries first steps and takes the highest rate that stays well within the drift budget. Set it only to repeat an earlier run.',
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
      more: 'The length of the schedule. More steps give the margins time to grow at the low rates of its end. A run that has to stop earlier can be stopped and kept.',
    },
  ),
  warmupSteps: whole(
    { least: 0 },
    {
      title: 'Warm-up',
      unit: 'steps',
      why: 'The first, smaller steps.',
      more: 'The rate rises to its full height over these steps, because the optimiser knows little of the model at first. A few are enough.',
    },
  ),
  /** Largest mean KL from the base on held-back text, in nats a token, with which the run may end as done. */
  driftBudget: amount(
    { above: 0 },
    {
      title: 'Drift budget',
      unit: 'nats a token',
      why: 'How far the model may move on held-back text.',
      more: 'The largest mean KL divergence from the base on text that is never trained on. 0 would be the same model. A run that exceeds its budget goes back to its last state within it and continues at a lower rate; a copy that ends above it is marked as not ready to publish.',
    },
  ),
  /** The number of steps between checks, each of which saves the state. */
  checkEvery: whole(
    { least: 1 },
    {
      title: 'Check every',
      unit: 'steps',
      why: 'Asks all keys, measures drift and saves.',
      more: 'A check takes about as long as some steps. A run that is interrupted resumes from its last check, and notices only at a check that it exceeds its drift budget.',
    },
  ),
  seed: other(
    z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
    {
      title: 'Seed',
      why: '64 hexadecimal digits. If left out, the seed comes from the key set.',
      more: 'Decides the order of texts and keys. The same seed, recipe and threads give the same copy, byte for byte.',
      takes: '64 hexadecimal digits.',
    },
  ),
};
export type RecipeField = keyof typeof recipeValues;

/** One in so many ordinary texts is never trained on, only measured. */
export const heldBackEvery = 10;

/** How a key set is put into a model. Every value has a default chosen for the model's size; a recipe file changes some. */
const allValuesSchema = z.strictObject({
  version: z.literal(1).default(1),
  ...schemasOf(recipeValues),
});
export type Recipe = z.infer<typeof allValuesSchema>;

/** Values that recipes of earlier runs lack: they had only loud keys, and no disturbed steps. */
export const laterValues = {
  softMargin: 1.5,
  softCeiling: 2,
  quietMargin: 3,
  roundedShare: 0,
  mergedShare: 0,
};

export const recipeSchema = z.preprocess(
  (value) => (typeof value === 'object' && value !== null ? { ...laterValues, ...value } : value),
  allValuesSchema,
);

/** The content of a recipe file: any of the values. */
export const recipeChangesSchema = allValuesSchema.partial();

/** What is wrong with the margins of soft keys, in a sentence; undefined where they can be reached. */
export function findKindsFault({
  softMargin,
  softCeiling,
}: Pick<Recipe, 'softMargin' | 'softCeiling'>): string | undefined {
  return softMargin < softCeiling ? undefined : 'The ceiling of soft keys has to be above their margin.';
}
