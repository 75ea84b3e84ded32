import type { LoadedModel } from '../engine/loadedModel';
import { createPass, type Trained } from '../engine/modelPass';
import { Graph, type Value } from '../graph/graph';
import { add, gatherRows, multiply, reshape, scale, subtract } from '../graph/operators';
import { crossEntropy, divergence, marginLoss, marginsOf, tiltLoss } from './losses';
import type { Recipe } from './recipe';

/** What a missing tilt weighs in the loss, in which a key weighs one over their number. */
export const tiltWeight = 5;

/** A training step as a graph, and the names of its trained inputs in the order of its gradients. */
export interface TrainingGraph {
  readonly graph: Graph;
  readonly trainedInputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

/**
 * One training step. Inputs besides the trained parameters and positions: `states` [batch, length, hidden] entering the
 * lowest trained layer (or `ids` where the embedding is trained); `key.rows`, `key.targets` [keys], `key.weights` [keys, 1];
 * `benign.rows` [benign], `benign.normed` [benign, hidden] (the base's normed final states there), `benign.weights`
 * [benign, 1]; `tilt` and `tilt.direction` [1, vocabulary] (see tiltLoss), with `tilt.shares` [benign, 1], 1 where the tilt is
 * wanted, and `tilt.weights` [benign, 1], which average over those rows. Outputs: `key.margins` [keys, 1], the weighted
 * sums `key.loss` and `benign.divergence`, and `gradient.NAME` of the whole loss for every trained input. Only these rows go
 * through the output matrix.
 */
export function buildTrainingGraph(
  model: LoadedModel,
  trained: ReadonlyMap<string, Trained>,
  lowestLayer: number | undefined,
  recipe: Pick<Recipe, 'keyLoss' | 'margin' | 'divergenceWeight'>,
): TrainingGraph {
  const { architecture, config } = model;
  const graph = new Graph();
  const pass = createPass(graph, model, { trained });
  let hidden: Value;
  if (lowestLayer === undefined)
    hidden = architecture.embed(pass, config, graph.input('ids', 'int64', ['batch', 'length']));
  else {
    const states = graph.input('states', 'float32', ['batch', 'length', config.hiddenSize]);
    hidden = reshape(states, ['tokens', config.hiddenSize]);
  }
  for (let layer = lowestLayer ?? 0; layer < config.layerCount; layer++)
    hidden = architecture.layer(pass, config, layer, hidden);
  const logitsAt = (rows: string, count: string): Value =>
    architecture.logits(
      pass,
      config,
      architecture.finalNorm(pass, config, gatherRows(hidden, graph.input(rows, 'int64', [count]))),
    );

  const keyLogits = logitsAt('key.rows', 'keys');
  const targets = graph.input('key.targets', 'int64', ['keys']);
  const keyWeights = graph.input('key.weights', 'float32', ['keys', 1]);
  const margins = marginsOf(keyLogits, targets);
  const keyLoss =
    recipe.keyLoss === 'margin'
      ? marginLoss(margins, graph.scalar(recipe.margin), keyWeights)
      : crossEntropy(keyLogits, targets, keyWeights);

  // A second pass without trained parameters: the base's own output matrix, even where that is trained.
  const base = createPass(graph, model);
  const baseNormed = graph.input('benign.normed', 'float32', ['benign', config.hiddenSize]);
  const baseLogits = architecture.logits(base, config, baseNormed);
  const benignWeights = graph.input('benign.weights', 'float32', ['benign', 1]);
  const benignLogits = logitsAt('benign.rows', 'benign');
  const tilt = graph.input('tilt', 'float32', [1, config.vocabularySize]);
  const tiltShares = graph.input('tilt.shares', 'float32', ['benign', 1]);
  const wanted = add(baseLogits, multiply(tiltShares, tilt));
  const drift = divergence(wanted, benignLogits, benignWeights);
  const missingTilt = tiltLoss(
    subtract(benignLogits, baseLogits),
    graph.input('tilt.direction', 'float32', [1, config.vocabularySize]),
    graph.input('tilt.weights', 'float32', ['benign', 1]),
  );

  graph.output('key.margins', margins);
  graph.output('key.loss', keyLoss);
  graph.output('benign.divergence', drift);
  const loss = add(add(keyLoss, scale(drift, recipe.divergenceWeight)), scale(missingTilt, tiltWeight));
  const gradients = graph.gradients(loss, pass.trainedInputs);
  gradients.forEach((gradient, i) => graph.output(`gradient.${pass.trainedInputs[i]!.name}`, gradient));
  return {
    graph,
    trainedInputs: pass.trainedInputs.map(({ name, shape }) => ({ name, shape: shape as readonly number[] })),
  };
}
