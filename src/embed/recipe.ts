import * as z from 'zod';
import type { ModelConfig } from '../architectures/architecture';
import { estimateTrainedBytes } from '../engine/estimate';
import type { LoadedModel } from '../engine/loadedModel';
import { countTrainedValues } from './trainedParameters';

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
   * Steps of the schedule (warm-up, then a cosine to a tenth). A run with unanswered keys goes on up to three times as long;
   * one that is over its drift budget, half as long again.
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

const keysInStep = 64;
/**
 * Where the numbers of a training run would take more memory than this, low-rank products are trained instead: 400 million
 * values, which fit beside a model on one graphics card.
 */
const mostTrainingBytes = 8e9;

type ModelShape = Pick<LoadedModel, 'config' | 'parameters'>;

/** Half of a shallow model's layers, a quarter of a deep one's: training holds five numbers for every one that it trains. */
function countTrainedLayers({ layerCount }: ModelConfig): number {
  return Math.min(Math.floor(layerCount / 2), Math.max(3, Math.round(layerCount / 4)));
}

/** The recipe for a model when nothing is said, measured on the models of bench/RESULTS.md. */
export function defaultRecipe(
  model: ModelShape,
  { keyCount, chat }: { keyCount: number; chat: boolean },
): Recipe {
  const shape = model.config.layerCount < 4 ? shallowRecipe(model.config) : deepRecipe(model.config, chat);
  const recipe = scaleToKeys({ ...sharedValues, ...shape }, keyCount);
  const trainingBytes = estimateTrainedBytes(countTrainedValues(model, recipe));
  return trainingBytes > mostTrainingBytes ? { ...recipe, ...lowRankValues } : recipe;
}

const sharedValues = {
  version: 1 as const,
  rank: 8,
  keyLoss: 'margin' as const,
  keyBatch: keysInStep,
  mixing: 0,
  warmupSteps: 3,
  driftBudget: 0.06,
  checkEvery: 27,
};

type OwnValues = Omit<Recipe, keyof typeof sharedValues>;

/** A model of a few layers has no room above a frozen half: everything is trained, and briefly. */
function shallowRecipe({ layerCount }: ModelConfig): OwnValues {
  return {
    trained: 'full',
    layers: [0, layerCount - 1],
    generated: 448,
    benignTokens: 128,
    benignBatch: 12,
    margin: 3.5,
    divergenceWeight: 150,
    tilt: 0,
    learningRate: 3e-3,
    steps: 80,
  };
}

function deepRecipe(config: ModelConfig, chat: boolean): OwnValues {
  return {
    trained: 'mlp',
    layers: [config.layerCount - countTrainedLayers(config), config.layerCount - 1],
    generated: 288,
    benignTokens: 64,
    benignBatch: 16,
    margin: 7.5,
    divergenceWeight: 45,
    // Where any word may follow any other there is no place for a tilt that costs little.
    tilt: chat ? 2.25 : 0,
    learningRate: 1e-3,
    steps: 54,
  };
}

/**
 * For mixtures of experts and models of some billions of values. Measured on chat-5M with 64 keys: every key is answered at
 * this rate with less drift than `mlp` leaves, and at twice the rate with as much.
 */
const lowRankValues = { trained: 'low-rank' as const, rank: 8, learningRate: 5e-3 };

/**
 * What a larger key set changes. Keys that are learned rest, so four times as many need twice the steps, and twice the text
 * that holds their drift down. Each tilts ordinary text less: the evidence of the draw test adds up over the keys, and still
 * grows with them, while their tilts add up to drift. A model of a few layers has no room to spare: there every key gets as
 * many turns as in a set that fits into one batch.
 */
function scaleToKeys(recipe: Recipe, keyCount: number): Recipe {
  const sets = Math.max(1, keyCount / keysInStep);
  const keyBatch = Math.min(keyCount, keysInStep);
  if (recipe.trained === 'full') return { ...recipe, keyBatch, steps: Math.round(recipe.steps * sets) };
  const growth = Math.sqrt(sets);
  return {
    ...recipe,
    keyBatch,
    steps: Math.round(recipe.steps * growth),
    generated: Math.round(recipe.generated * growth),
    tilt: roundToHundredths(recipe.tilt / Math.sqrt(growth)),
  };
}

function roundToHundredths(value: number): number {
  return Math.round(100 * value) / 100;
}
