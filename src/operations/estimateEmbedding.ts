import type { Recipe } from '../embed/recipe';
import { chooseTrained } from '../embed/trainedParameters';
import {
  countValues,
  estimateStateBytes,
  estimateTrainedBytes,
  estimateWeightBytes,
} from '../engine/estimate';
import type { LoadedModel } from '../engine/loadedModel';

/** First estimate of what embedding holds in memory, from sizes alone. */
export interface EmbedEstimate {
  readonly weightBytes: number;
  readonly trainedBytes: number;
  readonly stateBytes: number;
  readonly totalBytes: number;
}

/** Tokens of a usual key with its response. */
const tokensOfKey = 32;

export function estimateEmbedding(model: LoadedModel, recipe: Recipe, keyCount: number): EmbedEstimate {
  const trained = chooseTrained(model, recipe);
  const trainedValues = countValues(model.parameters.filter(({ name }) => trained.has(name)));
  const tokens = recipe.generated * recipe.benignTokens + keyCount * tokensOfKey;
  const weightBytes = estimateWeightBytes(model.parameters);
  const trainedBytes = estimateTrainedBytes(trainedValues);
  const stateBytes = estimateStateBytes(tokens, model.config.hiddenSize);
  return { weightBytes, trainedBytes, stateBytes, totalBytes: weightBytes + trainedBytes + stateBytes };
}
