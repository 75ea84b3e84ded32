import { batchBytes } from '../../engine/batches';
import { estimateStateBytes, estimateTrainedBytes } from '../../engine/estimate';
import { heaviestPart, residentBytes, type GroupOptions } from '../../engine/layerGroups';
import type { LoadedModel } from '../../engine/loadedModel';
import { onCpu, type Placement } from '../../contract/devices';
import { bytesOfToken, isSmallModel, rowsOfStep, tokensPerPass } from '../../train/passes';
import {
  chooseTrained,
  countTrainedOf,
  countTrainedValues,
  lowestTrainedLayer,
} from '../../train/update/trainedParameters';
import { mostDirections, sizesOf } from '../directions/directionSizes';
import type { Recipe } from '../../contract/recipe';

/** The peak memory of an embedding, computed from sizes alone, in bytes. */
export interface EmbedEstimate {
  readonly trainedValues: number;
  /** Weights of all layers, on the device where the model runs. */
  readonly weightBytes: number;
  /** Trained values with their gradients and moments, and the directions that changes avoid, in the computer's memory. */
  readonly trainedBytes: number;
  /** States of the base that are kept for every token of the run, in the computer's memory. */
  readonly stateBytes: number;
  /** One pass on the device: states of every layer that its backward pass needs, and predictions over the vocabulary. */
  readonly passBytes: number;
  /**
   * Peak of the device's memory: with all layers at once, and at its least, with layers in groups. On the
   * processor that includes everything; beside a graphics card, trained values and states are in the
   * computer's memory.
   */
  readonly totalBytes: number;
  readonly leastBytes: number;
}

/** Tokens of a typical key with its response. */
export const tokensOfKey = 32;

const float32Bytes = 4;
/**
 * Copies of the predictions in a pass: the model's and the base's, as logits and as shares, and the
 * intermediate values of their gradient.
 */
const copiesOfLogits = 10;
/** For a trained value, a graphics card holds its present value and its gradient. */
const trainedBytesOnCard = 8;

/** Whether some steps read a changed copy of the trained values. */
function isDisturbed({ roundedShare, mergedShare }: Recipe): boolean {
  return roundedShare + mergedShare > 0;
}

/**
 * Estimates the memory of an embedding. It peaks either while the base writes and reads the run's text (all
 * layers, the states so far) or during training (the layers from the lowest trained one up, the states, the
 * trained values): never both at once.
 */
export function estimateEmbedding(
  model: LoadedModel,
  recipe: Recipe,
  keyCount: number,
  placement: Placement = onCpu,
): EmbedEstimate {
  const trainedValues = countTrainedValues(model, recipe);
  const options = groupsOfTraining(model, recipe, placement);
  const tokens = recipe.generated * recipe.benignTokens + keyCount * tokensOfKey;
  const trainedBytes =
    estimateTrainedBytes(trainedValues) +
    estimateDirectionBytes(model, recipe) +
    (isDisturbed(recipe) ? float32Bytes * trainedValues : 0);
  const stateBytes = estimateStateBytes(tokens, model.config.hiddenSize);
  const passBytes = estimatePassBytes(model, recipe, keyCount);
  const held =
    placement.device === 'cpu' ? { always: stateBytes, trained: trainedBytes } : { always: 0, trained: 0 };
  const fullest = (prepare: number, train: number): number =>
    held.always + Math.max(prepare + batchBytes(model.parameters), train + held.trained + passBytes);
  const weightBytes = residentBytes(model, placement);
  return {
    trainedValues,
    weightBytes,
    trainedBytes,
    stateBytes,
    passBytes,
    totalBytes: fullest(weightBytes, residentBytes(model, placement, options)),
    leastBytes: fullest(heaviestPart(model, placement), heaviestPart(model, placement, options)),
  };
}

/** The directions that changes avoid, see ordinaryDirections. */
function estimateDirectionBytes(model: LoadedModel, recipe: Recipe): number {
  if (recipe.trained !== 'mlp' || recipe.avoidance === 0) return 0;
  const trained = chooseTrained(model, recipe);
  const matrices = model.parameters.filter(({ name }) => trained.has(name));
  return matrices.reduce((sum, matrix) => sum + float32Bytes * mostDirections * sizesOf(matrix)[1], 0);
}

/** The memory that training adds to the layers that a gradient passes. */
export function groupsOfTraining(model: LoadedModel, recipe: Recipe, { device }: Placement): GroupOptions {
  const trained = chooseTrained(model, recipe);
  return {
    from: lowestTrainedLayer(model, trained),
    extraBytes: (parameter) =>
      device === 'cpu' ? 0 : trainedBytesOnCard * countTrainedOf(parameter, trained),
  };
}

/**
 * The values that the largest pass of a step keeps for its backward pass. Where memory is kept from pass to
 * pass, it grows in powers of two, so up to twice as much is taken.
 */
function estimatePassBytes(model: LoadedModel, recipe: Recipe, keyCount: number): number {
  const { config } = model;
  const lowest = recipe.trained === 'full' ? 0 : recipe.layers[0];
  const ofKeys = Math.min(recipe.keyBatch, keyCount) * tokensOfKey;
  const ofText = recipe.benignBatch * recipe.benignTokens;
  const most = tokensPerPass(model, lowest);
  const tokens = Math.min(Math.max(ofKeys, ofText), most);
  const states = tokens * bytesOfToken(model) * (config.layerCount - lowest);
  // A key needs few predictions, a text one at every token.
  const rows = Math.min(ofText, most, rowsOfStep(config.vocabularySize));
  const kept = isSmallModel(model) ? 2 : 1;
  return kept * (states + float32Bytes * copiesOfLogits * rows * config.vocabularySize);
}
