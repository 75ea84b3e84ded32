import type { LayerGroup } from '../engine/layerGroups';
import type { LoadedModel } from '../engine/loadedModel';
import { createPass, type LowRankProduct, type ModelPass, type Trained } from '../engine/modelPass';
import { floatTensor, scalarTensor, type Tensors } from '../engine/runtime';
import { Graph, type Value } from '../graph/graph';
import type { Precision } from '../contract/devices';
import { add, gatherRows, multiply, reciprocal, sumAll } from '../graph/operators';
import { enterProduct, type AddedProduct } from './addedProduct';
import type { FinalStates, Loss } from './objective';
import { enterIds, enterLayout, enterRows, enterStates } from './tokenInputs';
import { startsAfterAttention } from './update/trainedParameters';

/** The inputs from which every graph of a training step is written. */
export interface StepPlan {
  readonly model: LoadedModel;
  readonly trained: ReadonlyMap<string, Trained>;
  /** Training minimises their sum. */
  readonly losses: readonly Loss[];
  /** The layer that the lowest group's states enter; undefined where the embedding itself is trained. */
  readonly lowestLayer: number | undefined;
  readonly precision: Precision;
  /** What was added to the output matrix before the first step, and stays. */
  readonly added?: AddedProduct | undefined;
}

/** A trained input of a graph: a parameter, or one of the two matrices of a low-rank product. */
export interface TrainedInput {
  readonly name: string;
  readonly shape: readonly number[];
}

interface StepGraph {
  readonly graph: Graph;
  /** In the order in which the formula asked for them. */
  readonly trainedInputs: readonly TrainedInput[];
}

/** The states that leave a group, for the group above. */
export const statesOut = 'states.out';
/** Gradients with respect to the states that enter a group, for the group below. */
export const gradientOfStates = 'gradient.states';
/** In half precision the squared norm of all gradients of a group, which is not finite after an overflow. */
export const gradientSize = 'gradient.size';

/** The name of the output that holds the gradient of a trained input. */
export function gradientName(input: string): string {
  return `gradient.${input}`;
}

/** The name of the input that holds the sum of earlier passes of the step, to which the gradient is added. */
export function sumName(input: string): string {
  return `sum.${input}`;
}

/** The gradient [tokens, hiddenSize] of the loss with respect to the states that leave a group, from the group above. */
export function gradientInputs(gradient: Float32Array, hiddenSize: number): Tensors {
  return { 'gradient.above': floatTensor(gradient, [gradient.length / hiddenSize, hiddenSize]) };
}

/** The factor of the loss in the backward pass, in half precision. */
export function lossScaleInput(value: number): Tensors {
  return { 'loss.scale': scalarTensor(value) };
}

/**
 * One group of a training step, forward and backward. Inputs besides its trained parameters: the tokens of a
 * batch and their positions (tokenInputs), whose states enter its first layer, or come after the attention of
 * the lowest trained one where nothing below changes. The top group also has the inputs of the losses; only
 * the rows that a batch requests go through the last MLP and the output matrix. Every other group has the
 * gradient of the states that leave it.
 *
 * Outputs of all: `gradient.NAME` = `sum.NAME` plus the gradient of the whole loss for every trained input,
 * and `gradient.states` [tokens, hidden] unless it is the lowest group. In half precision the loss is
 * multiplied by `loss.scale` in the backward pass, so that small gradients do not vanish; `gradient.states`
 * keeps the factor, the others do not, and `gradient.size` shows whether something overflowed.
 */
export function buildStepGraph(plan: StepPlan, group: LayerGroup): StepGraph {
  const { graph, pass, states, hidden, loss } = buildForward(plan, group);
  const entering = group.isBottom ? [] : [states];
  const inputs = pass.trainedInputs;
  addGradients(graph, { loss: loss ?? lossBelow(graph, hidden), inputs, entering, isScaled: !group.isTop });
  return { graph, trainedInputs: inputs.map(({ name, shape }) => ({ name, shape: shape as number[] })) };
}

/**
 * The forward pass alone: the reports of the losses in the top group, or the states [tokens, hidden] that
 * leave another one.
 */
export function buildForwardGraph(plan: StepPlan, group: LayerGroup): Graph {
  const { graph, hidden, loss } = buildForward(plan, group);
  if (loss === undefined) graph.output(statesOut, hidden);
  return graph;
}

interface Forward {
  readonly graph: Graph;
  readonly pass: ModelPass;
  readonly states: Value;
  readonly hidden: Value;
  /** Only in the top group. */
  readonly loss: Value | undefined;
}

function buildForward(plan: StepPlan, group: LayerGroup): Forward {
  const graph = new Graph(plan.precision);
  const { model, trained } = plan;
  const rows = group.isTop ? enterRows(graph) : undefined;
  const hasLayers = group.first < group.end;
  const selected = rows && hasLayers ? { layer: model.config.layerCount - 1, rows } : undefined;
  const states = enter(graph, plan, group);
  const isLowest = group.isBottom && hasLayers && hasLayout(plan);
  const skipsAttention = isLowest && startsAfterAttention(model, trained);
  const attended = skipsAttention ? { layer: group.first, states } : undefined;
  const layout = hasLayout(plan) ? enterLayout(graph) : undefined;
  const product = group.isTop ? enterProduct(graph, plan.added) : undefined;
  const added = productsOf(plan, product);
  const pass = createPass(graph, model, { trained, added, selected, attended, layout });
  const hidden = passLayers(pass, plan, group, states);
  const loss = rows && addLosses(pass, plan, product, hasLayers ? hidden : gatherRows(hidden, rows));
  return { graph, pass, states, hidden, loss };
}

/** Above the embedding, where states have no layout, ids name the sizes of the batch too. */
function enter(graph: Graph, plan: StepPlan, group: LayerGroup): Value {
  const ids = hasLayout(plan) ? undefined : enterIds(graph);
  if (ids && group.isBottom) return ids;
  return enterStates(graph, plan.model.config.hiddenSize, { trained: !group.isBottom });
}

/** Where a frozen lower part hands over states, each token is kept once. */
function hasLayout({ lowestLayer }: StepPlan): boolean {
  return lowestLayer !== undefined;
}

function passLayers(pass: ModelPass, plan: StepPlan, group: LayerGroup, entering: Value): Value {
  const { architecture, config } = plan.model;
  let hidden = group.isBottom && !hasLayout(plan) ? architecture.embed(pass, config, entering) : entering;
  for (let layer = group.first; layer < group.end; layer++)
    hidden = architecture.layer(pass, config, layer, hidden);
  return hidden;
}

/** The sum of all losses of the final states [rows, hidden]. */
function addLosses(pass: ModelPass, plan: StepPlan, product: LowRankProduct | undefined, rows: Value): Value {
  const { model, losses } = plan;
  const { architecture, config } = model;
  const { graph } = pass;
  // A second pass without trained parameters.
  const basePass = (share: Value): ModelPass =>
    createPass(graph, model, { added: productsOf(plan, product && shareOf(product, share)) });
  const states: FinalStates = {
    graph,
    config,
    rows,
    norm: (some) => architecture.finalNorm(pass, config, some),
    logits: (normed) => architecture.logits(pass, config, normed),
    baseLogits: (normed, share) => architecture.logits(basePass(share), config, normed),
  };
  return losses.map((loss) => loss.addLoss(states)).reduce((sum, loss) => add(sum, loss));
}

function productsOf(
  { added }: StepPlan,
  product: LowRankProduct | undefined,
): ReadonlyMap<string, LowRankProduct> {
  return new Map(added && product ? [[added.name, product]] : []);
}

function shareOf({ down, up }: LowRankProduct, share: Value): LowRankProduct {
  return { down: multiply(down, share), up };
}

/** A scalar whose gradient with respect to the states is the one that comes from the group above. */
function lossBelow(graph: Graph, hidden: Value): Value {
  return sumAll(multiply(hidden, graph.input('gradient.above', 'float32', hidden.shape)));
}

interface GradientRequest {
  readonly loss: Value;
  /** Trained parameters. */
  readonly inputs: readonly Value[];
  /** The entering states, where a group below needs their gradient. */
  readonly entering: readonly Value[];
  /** Whether the gradient from the group above already carries the loss scale. */
  readonly isScaled: boolean;
}

function addGradients(graph: Graph, { loss, inputs, entering, isScaled }: GradientRequest): void {
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

/** Gradients of trained inputs without the loss scale, those of states with it, and the size of all. */
function scaledGradients(graph: Graph, { loss, inputs, entering, isScaled }: GradientRequest): Value[] {
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
