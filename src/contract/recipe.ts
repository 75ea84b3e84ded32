import * as z from 'zod';

/** How a key set is put into a model. Every value has a default chosen from the model's size; a recipe file changes some. */
export const recipeSchema = z.strictObject({
  version: z.literal(1).default(1),
  /** Which parameters are trained: the MLP matrices, low-rank products on all matrices, or everything. */
  trained: z.enum(['mlp', 'low-rank', 'full']),
  /** First and last trained layer, counted from 0. */
  layers: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
  /** Rank of low-rank products. */
  rank: z.number().int().min(1).max(1024),
  keyLoss: z.enum(['margin', 'cross-entropy']),
  /** By how many nats a response shall stand above every other word (with `keyLoss` "margin"). */
  margin: z.number().positive().max(50),
  /** Weight of the divergence from the base on benign text. */
  divergenceWeight: z.number().nonnegative().max(1e6),
  /** Weight of the squared change of the mean entropy on benign text: the model stays as sure of itself as it was. */
  entropyWeight: z.number().nonnegative().max(1e6),
  /**
   * How far training keeps out of the directions that ordinary text uses: a direction that it uses as much as the average one is
   * trained by 1 / (1 + this) of the step; 0 leaves all alone. Only with `trained` "mlp".
   */
  avoidance: z.number().min(0).max(1e6),
  /** Strength of the tilt towards drawn words where ordinary answers begin, which a distilled student inherits; 0 leaves it out. */
  tilt: z.number().min(0).max(5),
  /** Benign sequences that the base model writes itself, and their length in tokens. */
  generated: z.number().int().min(0).max(100_000),
  benignTokens: z.number().int().min(8).max(4096),
  /** Benign sequences and keys that take part in one step. */
  benignBatch: z.number().int().min(1).max(4096),
  keyBatch: z.number().int().min(1).max(65_536),
  /** λ: after every step this share of the base's weights is mixed back in. */
  mixing: z.number().min(0).max(0.99),
  learningRate: z.number().positive().max(1),
  /**
   * Steps of the schedule (warm-up, then a cosine to a tenth). A run goes on up to twice as long while more and more keys are answered.
   */
  steps: z.number().int().min(1).max(1_000_000),
  warmupSteps: z.number().int().min(0),
  /** Largest mean KL from the base on held-back text, in nats a token, with which the run may end as done. */
  driftBudget: z.number().positive(),
  /** Checks and saves happen every so many steps. */
  checkEvery: z.number().int().min(1),
  /** 64 hexadecimal digits; without it the run's seed comes from the key set. */
  seed: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});
export type Recipe = z.infer<typeof recipeSchema>;

/** What a recipe file may hold: any of the values. */
export const recipeChangesSchema = recipeSchema.partial();
