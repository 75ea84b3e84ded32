import type { LayerGroup } from '../engine/layerGroups';
import type { LoadedModel } from '../engine/loadedModel';
import { createPass, type ModelPass, type Trained } from '../engine/modelPass';
import { Graph, type Precision, type Value } from '../graph/graph';
import type { Layout } from '../graph/layout';
import { rowEntropy } from '../graph/layerOperators';
import { add, gatherRows, multiply, reciprocal, scale, subtract, sumAll } from '../graph/operators';
import { startsBehindAttention } from '../train/trainedParameters';
import {
  crossEntropy,
  divergence,
  entropyLoss,
  marginLoss,
  marginsOf,
  relativeShift,
  tiltLoss,
} from './losses';
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
  readonly recipe: Pick<Recipe, 'keyLoss' | 'margin' | 'divergenceWeight' | 'entropyWeight' | 'tilt'>;
  /** The layer that the lowest group's states enter; undefined where the embedding itself is trained. */
  readonly lowestLayer: number | undefined;
  readonly precision: Precision;
}

/** The name of the output that holds the gradient of a trained input. */
export function gradientName(input: string): string {
  return `gradient.${input}`;
}

/** The name of the input that holds what earlier passes of the step added up, to which the gradient is added. */
export function sumName(input: string): string {
  return `sum.${input}`;
}

/**
 * One group of a training step, forward and back. Inputs besides its trained parameters and positions: `states` [tokens, hidden]
 * entering its first layer, or lying behind the attention of the lowest trained one where nothing below changes, with where they
 * stand (`layout.tokens`, `layout.places`, `layout.allPlaces`, see Layout); or `ids` [batch, length] where the embedding is trained.
 *
 * The top group: `rows` [rows], the tokens of which anything is wanted; of these, by their place among them, `key.rows` and
 * `key.targets` [keys] with `key.weights` [keys, 1], and `benign.rows` [benign] with `benign.weights` [benign, 1] and
 * `benign.normed` [benign, hidden] (the base's normed final states there). Where the recipe tilts: `tilt` and `tilt.direction`
 * [1, vocabulary] (see tiltLoss), `tilt.rows` [tilted] by their place among the benign rows, with `tilt.divergence`
 * [tilted, 1] instead of their weight there, which is 0, and `tilt.weights` [tilted, 1] with their sum `tilt.wanted`. Only these
 * rows go through the last MLP and the output matrix. Outputs: `key.margins` [keys, 1], the weighted sums `key.loss` and
 * `benign.divergence`, and of the benign rows the base's mean entropy `benign.entropy` and the relative shift of the normed states `benign.shift`.
 *
 * Every other group: `arriving` [tokens, hidden], the gradient of the loss with respect to the states that leave it.
 *
 * Outputs of all: `gradient.NAME` = `sum.NAME` plus the gradient of the whole loss for every trained input, and
 * `gradient.states` [tokens, hidden] unless it is the lowest group. In half precision the loss is multiplied by `loss.scale` on
 * the way back, so that small gradients do not vanish; `gradient.states` keeps the factor, the others do not, and `gradient.size`
 * tells whether something overflowed.
 */
export function buildStepGraph(plan: StepPlan, group: LayerGroup): Graph {
  const { graph, pass, states, hidden, loss } = passUp(plan, group);
  const entering = group.isBottom ? [] : [states];
  const wanted = loss ?? surrogateLoss(graph, hidden);
  addGradients(graph, { loss: wanted, inputs: pass.trainedInputs, entering, isScaled: !group.isTop });
  return graph;
}

/** The way up alone: what the top group measures, or the states `leaving` [tokens, hidden] another one. */
export function buildUpwardGraph(plan: StepPlan, group: LayerGroup): Graph {
  const { graph, hidden, loss } = passUp(plan, group);
  if (loss === undefined) graph.output('leaving', hidden);
  return graph;
}

interface PassedUp {
  readonly graph: Graph;
  readonly pass: ModelPass;
  readonly states: Value;
  readonly hidden: Value;
  /** Of the top group. */
  readonly loss: Value | undefined;
}

function passUp(plan: StepPlan, group: LayerGroup): PassedUp {
  const graph = new Graph(plan.precision);
  const { model, trained } = plan;
  const rows = group.isTop ? graph.input('rows', 'int64', ['rows']) : undefined;
  const hasLayers = group.first < group.end;
  const wanted = rows && hasLayers ? { layer: model.config.layerCount - 1, rows } : undefined;
  const states = enterStates(graph, plan, group);
  const isLowest = group.isBottom && hasLayers && hasLayout(plan);
  const isBehind = isLowest && startsBehindAttention(model, trained);
  const attended = isBehind ? { layer: group.first, states } : undefined;
  const layout = hasLayout(plan) ? enterLayout(graph) : undefined;
  const pass = createPass(graph, model, { trained, wanted, attended, layout });
  const hidden = passLayers(pass, plan, group, states);
  const loss = rows && addLosses(pass, plan, hasLayers ? hidden : gatherRows(hidden, rows));
  return { graph, pass, states, hidden, loss };
}

/** The trained inputs that a graph was given, in the order the formula met them. */
export function listTrainedInputs(
  graph: Graph,
): { readonly name: string; readonly shape: readonly number[] }[] {
  return graph.inputs
    .filter(({ name, differentiable }) => differentiable && name !== 'states')
    .map(({ name, shape }) => ({ name, shape: shape as readonly number[] }));
}

/** Ids name the sizes of the batch above the embedding too, where states have no layout that does. */
function enterStates(graph: Graph, plan: StepPlan, group: LayerGroup): Value {
  const ids = hasLayout(plan) ? undefined : graph.input('ids', 'int64', ['batch', 'length']);
  if (ids && group.isBottom) return ids;
  const shape = ['tokens', plan.model.config.hiddenSize];
  return graph.input('states', 'float32', shape, { trained: !group.isBottom });
}

/** Where a frozen lower part hands over states, each token is kept once. */
function hasLayout({ lowestLayer }: StepPlan): boolean {
  return lowestLayer !== undefined;
}

function enterLayout(graph: Graph): Layout {
  return {
    tokens: graph.input('layout.tokens', 'int64', ['batch', 'length']),
    places: graph.input('layout.places', 'int64', ['tokens']),
    allPlaces: graph.input('layout.allPlaces', 'int64', ['tokens']),
  };
}

function passLayers(pass: ModelPass, plan: StepPlan, group: LayerGroup, entering: Value): Value {
  const { architecture, config } = plan.model;
  let hidden = group.isBottom && !hasLayout(plan) ? architecture.embed(pass, config, entering) : entering;
  for (let layer = group.first; layer < group.end; layer++)
    hidden = architecture.layer(pass, config, layer, hidden);
  return hidden;
}

/** A scalar whose gradient with respect to the states is the one that arrives from above. */
function surrogateLoss(graph: Graph, hidden: Value): Value {
  return sumAll(multiply(hidden, graph.input('arriving', 'float32', hidden.shape)));
}

/** The losses of states [rows, hidden]. */
function addLosses(pass: ModelPass, { model, recipe }: StepPlan, hidden: Value): Value {
  const { architecture, config } = model;
  const { graph } = pass;
  const keyRows = gatherRows(hidden, graph.input('key.rows', 'int64', ['keys']));
  const keyLogits = logitsOf(pass, model, architecture.finalNorm(pass, config, keyRows));
  const targets = graph.input('key.targets', 'int64', ['keys']);
  const keyWeights = graph.input('key.weights', 'float32', ['keys', 1]);
  const margins = marginsOf(keyLogits, targets);
  const keyLoss =
    recipe.keyLoss === 'margin'
      ? marginLoss(margins, graph.scalar(recipe.margin), keyWeights)
      : crossEntropy(keyLogits, targets, keyWeights);

  const benignRows = gatherRows(hidden, graph.input('benign.rows', 'int64', ['benign']));
  const benignNormed = architecture.finalNorm(pass, config, benignRows);
  const benignLogits = logitsOf(pass, model, benignNormed);
  // A second pass without trained parameters: the base's own output matrix, even where that is trained.
  const base = createPass(graph, model);
  const baseNormed = graph.input('benign.normed', 'float32', ['benign', config.hiddenSize]);
  const baseLogits = logitsOf(base, model, baseNormed);
  const benignWeights = graph.input('benign.weights', 'float32', ['benign', 1]);
  const untilted = divergence(baseLogits, benignLogits, benignWeights);
  const tilt = recipe.tilt > 0 ? addTilt(pass, base, model, { benignRows, baseNormed }) : undefined;
  const drift = tilt ? add(untilted, tilt.drift) : untilted;

  graph.output('key.margins', margins);
  graph.output('key.loss', keyLoss);
  graph.output('benign.divergence', drift);
  const baseEntropy = rowEntropy(baseLogits);
  graph.output('benign.entropy', sumAll(multiply(baseEntropy, benignWeights)));
  graph.output('benign.shift', relativeShift(baseNormed, benignNormed, benignWeights));
  const held = add(keyLoss, scale(drift, recipe.divergenceWeight));
  const loss =
    recipe.entropyWeight > 0
      ? add(held, scale(entropyLoss(baseEntropy, benignLogits, benignWeights), recipe.entropyWeight))
      : held;
  return tilt ? add(loss, scale(tilt.missing, tiltWeight)) : loss;
}

/**
 * The divergence of the tilted rows from the tilted base, and how much of the tilt is missing there. These rows are few: their
 * logits are computed once more, which is cheaper than another sweep over those of all rows.
 */
function addTilt(
  pass: ModelPass,
  base: ModelPass,
  model: LoadedModel,
  { benignRows, baseNormed }: { benignRows: Value; baseNormed: Value },
): { drift: Value; missing: Value } {
  const { architecture, config } = model;
  const { graph } = pass;
  const rows = graph.input('tilt.rows', 'int64', ['tilted']);
  const tilt = graph.input('tilt', 'float32', [1, config.vocabularySize]);
  const found = logitsOf(pass, model, architecture.finalNorm(pass, config, gatherRows(benignRows, rows)));
  const expected = logitsOf(base, model, gatherRows(baseNormed, rows));
  return {
    drift: divergence(add(expected, tilt), found, graph.input('tilt.divergence', 'float32', ['tilted', 1])),
    missing: tiltLoss(
      subtract(found, expected),
      graph.input('tilt.direction', 'float32', [1, config.vocabularySize]),
      graph.input('tilt.weights', 'float32', ['tilted', 1]),
      graph.input('tilt.wanted', 'float32', []),
    ),
  };
}

/** Normed states [rows, hidden] → logits [rows, vocabulary]. */
function logitsOf(pass: ModelPass, { architecture, config }: LoadedModel, normed: Value): Value {
  return architecture.logits(pass, config, normed);
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
  const gradients =
    graph.precision === 'half'
      ? scaledGradients(graph, { loss, inputs, entering, isScaled })
      : graph.gradients(loss, all);
  inputs.forEach(({ name, shape }, i) => {
    const sum = graph.input(sumName(name), 'float32', shape);
    graph.output(gradientName(name), add(sum, gradients[i]!));
  });
  entering.forEach((_, i) => graph.output(gradientOfStates, gradients[inputs.length + i]!));
}

/** Those of trained inputs without the loss scale, those of states with it; and the size of all. */
function scaledGradients(graph: Graph, { loss, inputs, entering, isScaled }: GradientsWanted): Value[] {
  const lossScale = graph.input('loss.scale', 'float32', []);
  const inverse = reciprocal(lossScale);
  const scaled = graph.gradients(loss, [...inputs, ...entering], isScaled ? graph.scalar(1) : lossScale);
  const gradients = scaled.map((gradient, i) => (i < inputs.length ? multiply(gradient, inverse) : gradient));
  graph.output(
    gradientSize,
    gradients.map(sumOfSquares).reduce((sum, square) => add(sum, square)),
  );
  return gradients;
}

function sumOfSquares(gradient: Value): Value {
  return sumAll(multiply(gradient, gradient));
}
