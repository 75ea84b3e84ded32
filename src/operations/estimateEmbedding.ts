import type { Recipe } from '../embed/recipe';
import { countTrainedValues } from '../embed/trainedParameters';
import { estimateStateBytes, estimateTrainedBytes, estimateWeightBytes } from '../engine/estimate';
import type { LoadedModel } from '../engine/loadedModel';

/** First estimate of what embedding holds in memory, from sizes alone. */
export interface EmbedEstimate {
  readonly trainedValues: number;
  readonly weightBytes: number;
  readonly trainedBytes: number;
  readonly stateBytes: number;
  /** Of one pass: states of every layer it goes back through, and predictions over the vocabulary. */
  readonly passBytes: number;
  readonly totalBytes: number;
}

/** Tokens of a usual key with its response. */
export const tokensOfKey = 32;

const float32Bytes = 4;
/** Predictions that the largest pass holds, in numbers (embed/trainer measures with no more), and its copies of them. */
const mostLogits = 1 << 24;
const copiesOfLogits = 10;
/** What a layer keeps of every token for the way back, in hidden sizes. */
const statesOfLayer = 24;

export function estimateEmbedding(model: LoadedModel, recipe: Recipe, keyCount: number): EmbedEstimate {
  const trainedValues = countTrainedValues(model, recipe);
  const tokens = recipe.generated * recipe.benignTokens + keyCount * tokensOfKey;
  const weightBytes = estimateWeightBytes(model.parameters);
  const trainedBytes = estimateTrainedBytes(trainedValues);
  const stateBytes = estimateStateBytes(tokens, model.config.hiddenSize);
  const passBytes = estimatePassBytes(model, recipe, keyCount);
  const totalBytes = weightBytes + trainedBytes + stateBytes + passBytes;
  return { trainedValues, weightBytes, trainedBytes, stateBytes, passBytes, totalBytes };
}

/** The larger of a training step and a measuring pass: they do not happen at once. */
function estimatePassBytes({ config }: LoadedModel, recipe: Recipe, keyCount: number): number {
  const lowest = recipe.trained === 'full' ? 0 : recipe.layers[0];
  const tokens = recipe.benignBatch * recipe.benignTokens + Math.min(recipe.keyBatch, keyCount) * tokensOfKey;
  const states = tokens * (config.layerCount - lowest) * statesOfLayer * config.hiddenSize;
  return float32Bytes * Math.max(states, copiesOfLogits * mostLogits);
}
