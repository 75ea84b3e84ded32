import { batchBytes } from '../engine/batches';
import { countValues, estimateStateBytes, estimateTrainedBytes } from '../engine/estimate';
import { heaviestPart, residentBytes, type GroupOptions } from '../engine/layerGroups';
import type { LoadedModel, Parameter } from '../engine/loadedModel';
import { onCpu, type Placement } from '../engine/placement';
import type { Recipe } from './recipe';
import { chooseTrained, lowestTrainedLayer } from './trainedParameters';

/** What embedding holds in memory at its fullest, from sizes alone, in bytes. */
export interface EmbedEstimate {
  readonly trainedValues: number;
  /** Weights on the device where the model runs: of all layers at once, or of the heaviest part where it runs in groups. */
  readonly weightBytes: number;
  readonly leastWeightBytes: number;
  /** Trained values with their gradients and moments, in the computer's memory. */
  readonly trainedBytes: number;
  /** States of the base that are kept for every token of the run, in the computer's memory. */
  readonly stateBytes: number;
  /** Of one pass on the device: states of every layer it goes back through, and predictions over the vocabulary. */
  readonly passBytes: number;
  /** Of the computer at its fullest, and the least of it: with layers in groups. */
  readonly totalBytes: number;
  readonly leastBytes: number;
}

/** Tokens of a usual key with its response. */
export const tokensOfKey = 32;

const float32Bytes = 4;
/** Predictions that the largest pass holds, in numbers (embed/trainer measures with no more), and its copies of them. */
const mostLogits = 1 << 24;
const copiesOfLogits = 10;
/** What a layer keeps of every token for the way back, in hidden sizes. */
const statesOfLayer = 24;
/** Of a trained value, a graphics card holds its present value and its gradient. */
const trainedBytesOnCard = 8;

/**
 * Estimates the memory of an embedding. It is fullest while the base writes and reads the run's text (all layers, the states
 * so far) or while it trains (the layers from the lowest trained one on, the states, what is trained): never both at once.
 */
export function estimateEmbedding(
  model: LoadedModel,
  recipe: Recipe,
  keyCount: number,
  placement: Placement = onCpu,
): EmbedEstimate {
  const { values: trainedValues, options } = weighTraining(model, recipe, placement);
  const tokens = recipe.generated * recipe.benignTokens + keyCount * tokensOfKey;
  const trainedBytes = estimateTrainedBytes(trainedValues);
  const stateBytes = estimateStateBytes(tokens, model.config.hiddenSize);
  const passBytes = estimatePassBytes(model, recipe, keyCount);
  const isOnCard = placement.device !== 'cpu';
  const fullest = (prepare: number, train: number): number =>
    isOnCard
      ? stateBytes + trainedBytes
      : stateBytes + Math.max(prepare + batchBytes(model.parameters), train + trainedBytes + passBytes);
  const weightBytes = residentBytes(model, placement);
  const leastWeightBytes = heaviestPart(model, placement);
  return {
    trainedValues,
    weightBytes,
    leastWeightBytes,
    trainedBytes,
    stateBytes,
    passBytes,
    totalBytes: fullest(weightBytes, residentBytes(model, placement, options)),
    leastBytes: fullest(leastWeightBytes, heaviestPart(model, placement, options)),
  };
}

/** How many values a recipe trains, and what that means for the layers that a gradient passes. */
export function weighTraining(
  model: LoadedModel,
  recipe: Recipe,
  { device }: Placement,
): { values: number; options: GroupOptions } {
  const trained = chooseTrained(model, recipe);
  const valuesOf = ({ name, shape }: Parameter): number => {
    const choice = trained.get(name);
    if (!choice) return 0;
    return choice.kind === 'whole' ? countValues([{ shape }]) : choice.rank * (shape[0]! + shape[1]!);
  };
  return {
    values: model.parameters.reduce((sum, parameter) => sum + valuesOf(parameter), 0),
    options: {
      from: lowestTrainedLayer(model, trained),
      extraBytes: (parameter) => (device === 'cpu' ? 0 : trainedBytesOnCard * valuesOf(parameter)),
    },
  };
}

/** The larger of a training step and a measuring pass: they do not happen at once. */
export function estimatePassBytes({ config }: LoadedModel, recipe: Recipe, keyCount: number): number {
  const lowest = recipe.trained === 'full' ? 0 : recipe.layers[0];
  const tokens = recipe.benignBatch * recipe.benignTokens + Math.min(recipe.keyBatch, keyCount) * tokensOfKey;
  const states = tokens * (config.layerCount - lowest) * statesOfLayer * config.hiddenSize;
  return float32Bytes * Math.max(states, copiesOfLogits * mostLogits);
}
