import type { ModelConfig } from '../architectures/architecture';
import { estimateTrainedBytes } from '../engine/estimate';
import type { LoadedModel } from '../engine/loadedModel';
import type { Recipe } from './recipe';
import { countTrainedValues } from './trainedParameters';

const keysInStep = 64;
/**
 * Where the numbers of a training run would take more memory than this, low-rank products are trained instead: 400 million
 * values, which fit beside a model on one graphics card.
 */
const mostTrainingBytes = 8e9;

type ModelShape = Pick<LoadedModel, 'config' | 'parameters'>;

/** Half of a shallow model's layers, a quarter of a deep one's: training holds five numbers for every one that it trains. */
function countTrainedLayers({ layerCount }: ModelConfig): number {
  return Math.min(Math.floor(layerCount / 2), Math.max(3, Math.floor(layerCount / 4)));
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
  entropyWeight: 50,
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
export const lowRankValues = { trained: 'low-rank' as const, rank: 8, learningRate: 5e-3 };

/**
 * What a larger key set changes. Keys that are learned rest, so four times as many need twice the steps, and twice the text
 * that holds their drift down. Each tilts ordinary text less: with 256 keys a distilled student inherits as much of it as of the
 * whole tilt, and the run needs no longer. A model of a few layers has no room to spare: there every key gets as
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
