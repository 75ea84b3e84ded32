import type { ModelConfig } from '../architectures/architecture';
import { countValues, estimateTrainedBytes } from '../engine/estimate';
import type { LoadedModel } from '../engine/loadedModel';
import { isSmallModel } from '../train/passes';
import { countTrainedValues } from '../train/update/trainedParameters';
import { laterValues, usualDriftBudget, type Recipe } from '../contract/recipe';

/** The numbers below were measured with a key set of this size. */
const keysOfSet = 64;
/**
 * Where the values of a training run would take more memory than this, low-rank updates are trained instead:
 * 450 million values, which fit beside a model on one graphics card.
 */
const mostTrainingBytes = 9e9;

type ModelShape = Pick<LoadedModel, 'config' | 'parameters'>;

/** At most this share of the layers is trained, except in shallow models; a probe of the first steps may choose fewer. */
const mostTrainedLayers = 0.36;

/** Half of a shallow model's layers, a third of a deep one's: training holds five numbers for every one that it trains. */
function countTrainedLayers({ layerCount }: ModelConfig): number {
  return Math.min(Math.floor(layerCount / 2), Math.max(3, Math.round(mostTrainedLayers * layerCount)));
}

/** The default recipe for a model, measured on the models of bench/RESULTS.md. */
export function defaultRecipe(
  model: ModelShape,
  { keyCount, chat }: { keyCount: number; chat: boolean },
): Recipe {
  const shape = hasNoRoom(model) ? wholeRecipe(model.config) : deepRecipe(model, chat);
  const recipe = scaleToKeys({ ...sharedValues, ...shape }, keyCount);
  const trainingBytes = estimateTrainedBytes(countTrainedValues(model, recipe));
  return trainingBytes > mostTrainingBytes ? { ...recipe, ...lowRankValues } : recipe;
}

const sharedValues = {
  version: 1 as const,
  rank: 8,
  keyLoss: 'margin' as const,
  ...laterValues,
  mixing: 0,
  entropyWeight: 30,
  warmupSteps: 3,
  driftBudget: usualDriftBudget,
  checkEvery: 20,
};

type OwnValues = Omit<Recipe, keyof typeof sharedValues>;

/** A model with so few values, or with fewer than four layers, has no room above a frozen half. */
const fewestValues = 2e6;
const fewestLayers = 4;

function hasNoRoom({ config, parameters }: ModelShape): boolean {
  return config.layerCount < fewestLayers || countValues(parameters) < fewestValues;
}

/** Everything is trained, together with much text, in many cheap steps. */
function wholeRecipe({ layerCount, maxLength }: ModelConfig): OwnValues {
  return {
    trained: 'full',
    keyBatch: 64,
    layers: [0, layerCount - 1],
    generated: 448,
    benignTokens: Math.min(128, maxLength - 8),
    benignBatch: 12,
    margin: 3.5,
    divergenceWeight: layerCount < fewestLayers ? 100 : 30,
    avoidance: 0,
    tilt: 0,
    learningRate: 3e-3,
    steps: layerCount < fewestLayers ? 100 : 240,
  };
}

function deepRecipe(model: ModelShape, chat: boolean): OwnValues {
  const { layerCount } = model.config;
  return {
    trained: 'mlp',
    layers: [layerCount - countTrainedLayers(model.config), layerCount - 1],
    // Where any word may follow any other, no position allows a tilt at little cost.
    ...(isSmallModel(model)
      ? { ...cheapSteps, tilt: chat ? 2.25 : 0 }
      : { ...dearSteps, tilt: chat ? 5 : 0 }),
  };
}

/** Where a step costs little it reads much. The rate is where the probe starts, or final where there is no probe. */
const cheapSteps = {
  keyBatch: 64,
  generated: 288,
  benignTokens: 64,
  benignBatch: 16,
  margin: 9,
  divergenceWeight: 45,
  avoidance: 4,
  learningRate: 1e-3,
  steps: 60,
};

/** Where a step takes seconds, half as many keys per step and half as much text reach the same margins in less time. */
const dearSteps = {
  keyBatch: 32,
  generated: 224,
  benignTokens: 36,
  benignBatch: 12,
  margin: 7,
  divergenceWeight: 25,
  avoidance: 10,
  learningRate: 2.5e-4,
  steps: 48,
};

/**
 * For mixtures of experts and models of some billions of values. Measured on chat-5M with 64 keys: every key
 * is answered at this rate with less drift than `mlp` leaves, and at twice the rate with as much.
 */
export const lowRankValues = { trained: 'low-rank' as const, rank: 8, learningRate: 5e-3 };

/**
 * Changes for a larger key set. Keys that are learned rest, so four times as many need twice the steps, and
 * twice the text that limits their drift. The tilt is weaker: with 256 keys a distilled student inherits as
 * much from it as from the full tilt, and the run need not be longer. A model of a few layers has no capacity
 * to spare: there every key gets as many turns as in a set that fits into one batch.
 */
function scaleToKeys(recipe: Recipe, keyCount: number): Recipe {
  const sets = Math.max(1, keyCount / keysOfSet);
  const keyBatch = Math.min(keyCount, recipe.keyBatch);
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
