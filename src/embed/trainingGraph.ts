import type { LayerGroup } from '../engine/layerGroups';
import type { LoadedModel } from '../engine/loadedModel';
import { createPass, type ModelPass, type Trained } from '../engine/modelPass';
import { Graph, type Precision, type Value } from '../graph/graph';
import { add, gatherRows, multiply, reciprocal, reshape, scale, subtract, sumAll } from '../graph/operators';
import { crossEntropy, divergence, marginLoss, marginsOf, tiltLoss } from './losses';
import type { Recipe } from './recipe';

/** What a missing tilt weighs in the loss, in which a key weighs one over their number. */
export const tiltWeight = 5;

/** Gradients with respect to the states that enter a group, for the group below. */
export const gradientOfStates = 'gradient.states';
/** In half precision the squared norm of all gradients of a group, which is not finite where something overflowed. */
export const gradientSize = 'gradient.size';

/** What every graph of a training step is written from. */
export interface StepPlan {
  readonly model: LoadedModel;
  readonly trained: ReadonlyMap<string, Trained>;
  readonly recipe: Pick<Recipe, 'keyLoss' | 'margin' | 'divergenceWeight'>;
  /** The layer that the lowest group's states enter; undefined where the embedding itself is trained. */
  readonly lowestLayer: number | undefined;
  readonly precision: Precision;
}

/** The name of the output that holds the gradient of a trained input. */
export function gradientName(input: string): string {
  return `gradient.${input}`;
}

/**
 * One group of a training step, forward and back. Inputs besides its trained parameters and positions: `states` [batch, length,
 * hidden] entering its first layer (or `ids` where the embedding is trained).
 *
 * The top group: `key.rows`, `key.targets` [keys], `key.weights` [keys, 1]; `benign.rows` [benign], `benign.normed` [benign,
 * hidden] (the base's normed final states there), `benign.weights` [benign, 1]; `tilt` and `tilt.direction` [1, vocabulary] (see
 * tiltLoss), with `tilt.shares` [benign, 1], 1 where the tilt is wanted, and `tilt.weights` [benign, 1], which average over those
 * rows. Only these rows go through the output matrix. Outputs: `key.margins` [keys, 1], the weighted sums `key.loss` and
 * `benign.divergence`.
 *
 * Every other group: `arriving` [tokens, hidden], the gradient of the loss with respect to the states that leave it.
 *
 * Outputs of all: `gradient.NAME` of the whole loss for every trained input, and `gradient.states` [tokens, hidden] unless it is
 * the lowest group. In half precision the loss is multiplied by `loss.scale` on the way back, so that small gradients do not
 * vanish; `gradient.states` keeps the factor, the others do not, and `gradient.size` tells whether something overflowed.
 */
export function buildStepGraph(plan: StepPlan, group: LayerGroup): Graph {
  const graph = new Graph(plan.precision);
  const pass = createPass(graph, plan.model, { trained: plan.trained });
  const states = enterStates(graph, plan, group);
  const hidden = passLayers(pass, plan, group, states);
  const loss = group.isTop ? addLosses(pass, plan, hidden) : surrogateLoss(graph, hidden);
  const entering = group.isBottom ? [] : [states];
  addGradients(graph, { loss, inputs: pass.trainedInputs, entering, isScaled: !group.isTop });
  return graph;
}

/** The way up alone, for a group that is not the top one: `leaving` [tokens, hidden]. */
export function buildLowerGraph(plan: StepPlan, group: LayerGroup): Graph {
  const graph = new Graph(plan.precision);
  const pass = createPass(graph, plan.model, { trained: plan.trained });
  graph.output('leaving', passLayers(pass, plan, group, enterStates(graph, plan, group)));
  return graph;
}

/** The trained inputs that a graph was given, in the order the formula met them. */
export function listTrainedInputs(
  graph: Graph,
): { readonly name: string; readonly shape: readonly number[] }[] {
  return graph.inputs
    .filter(({ name, differentiable }) => differentiable && name !== 'states')
    .map(({ name, shape }) => ({ name, shape: shape as readonly number[] }));
}

function enterStates(graph: Graph, { model, lowestLayer }: StepPlan, { isBottom }: LayerGroup): Value {
  return isBottom && lowestLayer === undefined
    ? graph.input('ids', 'int64', ['batch', 'length'])
    : graph.input('states', 'float32', ['batch', 'length', model.config.hiddenSize], { trained: !isBottom });
}

function passLayers(
  pass: ModelPass,
  { model: { architecture, config }, lowestLayer }: StepPlan,
  { first, end, isBottom }: LayerGroup,
  entering: Value,
): Value {
  let hidden =
    isBottom && lowestLayer === undefined
      ? architecture.embed(pass, config, entering)
      : reshape(entering, ['tokens', config.hiddenSize]);
  for (let layer = first; layer < end; layer++) hidden = architecture.layer(pass, config, layer, hidden);
  return hidden;
}

/** A scalar whose gradient with respect to the states is the one that arrives from above. */
function surrogateLoss(graph: Graph, hidden: Value): Value {
  return sumAll(multiply(hidden, graph.input('arriving', 'float32', hidden.shape)));
}

function addLosses(pass: ModelPass, { model, recipe }: StepPlan, hidden: Value): Value {
  const { architecture, config } = model;
  const { graph } = pass;
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
  return add(add(keyLoss, scale(drift, recipe.divergenceWeight)), scale(missingTilt, tiltWeight));
}

interface GradientsWanted {
  readonly loss: Value;
  /** Trained parameters. */
  readonly inputs: readonly Value[];
  /** The states that enter, where a group below waits for their gradient. */
  readonly entering: readonly Value[];
  /** Whether what arrived from the group above carries the loss scale already. */
  readonly isScaled: boolean;
}

function addGradients(graph: Graph, { loss, inputs, entering, isScaled }: GradientsWanted): void {
  const all = [...inputs, ...entering];
  const hand = (gradients: readonly Value[]): void =>
    gradients.forEach((gradient, i) => graph.output(gradientName(all[i]!.name), gradient));
  if (graph.precision === 'single') {
    hand(graph.gradients(loss, all));
    return;
  }

  const lossScale = graph.input('loss.scale', 'float32', []);
  const inverse = reciprocal(lossScale);
  const scaled = graph.gradients(loss, all, isScaled ? graph.scalar(1) : lossScale);
  const gradients = scaled.map((gradient, i) => (i < inputs.length ? multiply(gradient, inverse) : gradient));
  hand(gradients);
  graph.output(
    gradientSize,
    gradients.map(sumOfSquares).reduce((sum, square) => add(sum, square)),
  );
}

function sumOfSquares(gradient: Value): Value {
  return sumAll(multiply(gradient, gradient));
}
