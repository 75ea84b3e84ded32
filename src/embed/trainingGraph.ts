import type { LoadedModel } from '../engine/loadedModel';
import { createPass, type Trained } from '../engine/modelPass';
import { Graph, type Value } from '../graph/graph';
import { add, gatherRows, reshape, scale } from '../graph/operators';
import { crossEntropy, divergence, marginLoss, marginsOf } from './losses';
import type { Recipe } from './recipe';

/** A training step as a graph, and the names of its trained inputs in the order of its gradients. */
export interface TrainingGraph {
  readonly graph: Graph;
  readonly trainedInputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

/**
 * One training step. Inputs besides the trained parameters and positions: `states` [batch, length, hidden] entering the
 * lowest trained layer (or `ids` where the embedding is trained); `key.rows`, `key.targets` [keys], `key.weights` [keys, 1];
 * `benign.rows` [benign], `benign.normed` [benign, hidden] (the base's normed final states there), `benign.weights`
 * [benign, 1]; `tilt` [1, vocabulary] added to the base's logits. Outputs: `key.margins` [keys, 1], the weighted sums `key.loss` and `benign.divergence`, and `gradient.NAME`
 * of (key loss + divergence weight · divergence) for every trained input. Only these rows go through the output matrix.
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
  const tilt = graph.input('tilt', 'float32', [1, config.vocabularySize]);
  const baseLogits = add(architecture.logits(base, config, baseNormed), tilt);
  const benignWeights = graph.input('benign.weights', 'float32', ['benign', 1]);
  const drift = divergence(baseLogits, logitsAt('benign.rows', 'benign'), benignWeights);

  graph.output('key.margins', margins);
  graph.output('key.loss', keyLoss);
  graph.output('benign.divergence', drift);
  const loss = add(keyLoss, scale(drift, recipe.divergenceWeight));
  const gradients = graph.gradients(loss, pass.trainedInputs);
  gradients.forEach((gradient, i) => graph.output(`gradient.${pass.trainedInputs[i]!.name}`, gradient));
  return {
    graph,
    trainedInputs: pass.trainedInputs.map(({ name, shape }) => ({ name, shape: shape as readonly number[] })),
  };
}
