import type { Architecture } from '../../architectures/architecture';
import type { DecoderConfig } from '../../architectures/decoderConfig';
import { llama } from '../../architectures/llama';
import type { Pass } from '../../architectures/pass';
import { deriveKey, RandomStream } from '../../common/random';
import { Graph, type ElementType, type Shape, type Value } from '../../graph/graph';
import type { Precision } from '../../contract/devices';
import {
  add,
  gatherRows,
  logSoftmax,
  maxLast,
  multiply,
  negate,
  oneHot,
  pickColumns,
  relu,
  scale,
  subtract,
  sumAll,
  sumLast,
} from '../../graph/operators';
import { positionTensors } from '../modelPass';
import { floatTensor, intTensor, type Tensor, type Tensors } from '../runtime';

/*
 * A training step of a made-up model with one layer: the operators of real models, losses and gradients, in
 * the same order and with batch and length known only at run time, but small enough to take no noticeable
 * time.
 */

const architecture: Architecture<DecoderConfig> = llama;

/** Grouped heads and an odd vocabulary reach the edges of a device's tiles. */
const config = architecture.readConfig({
  model_type: 'llama',
  vocab_size: 53,
  hidden_size: 32,
  intermediate_size: 80,
  num_hidden_layers: 1,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  max_position_embeddings: 64,
});

/**
 * Gradients are taken of these: a table from which rows are gathered, a norm, and matrices on both sides of
 * the attention.
 */
const trainedNames: ReadonlySet<string> = new Set([
  'model.embed_tokens.weight',
  'model.layers.0.input_layernorm.weight',
  'model.layers.0.self_attn.q_proj.weight',
  'model.layers.0.mlp.gate_proj.weight',
]);

/** The target margin in nats; no margin here reaches it, so no row is at the hinge's kink. */
const targetMargin = 8;

/** A graph whose results are compared between devices. */
interface CheckGraph {
  readonly graph: Graph;
  /** Seeded values of the trained inputs. */
  readonly trained: Tensors;
}

/** The size of a check's input. */
export interface CheckSize {
  readonly batch: number;
  readonly length: number;
}

/**
 * Builds the step. Inputs besides the trained ones and positions: `ids` [batch, length]; `rows`, `targets` [picked] and
 * `weights` [picked, 1] of the positions that count. Outputs: `logits` [picked, vocabulary], `margins` [picked, 1], the sum
 * `loss`, and `gradient.NAME` of it for every trained input.
 */
export function buildCheckGraph(precision: Precision = 'single'): CheckGraph {
  const graph = new Graph(precision);
  const weights = createWeights(graph);
  const pass = createCheckPass(graph, weights.weight);
  const ids = graph.input('ids', 'int64', ['batch', 'length']);
  const hidden = architecture.layer(pass, config, 0, architecture.embed(pass, config, ids));
  const picked = gatherRows(hidden, graph.input('rows', 'int64', ['picked']));
  const logits = architecture.logits(pass, config, architecture.finalNorm(pass, config, picked));
  const { margins, loss } = addLosses(graph, logits);

  graph.output('logits', logits);
  graph.output('margins', margins);
  graph.output('loss', loss);
  const gradients = graph.gradients(loss, weights.inputs);
  gradients.forEach((gradient, i) => graph.output(`gradient.${weights.inputs[i]!.name}`, gradient));
  return { graph, trained: weights.values };
}

/** Cross-entropy and a hinge on the margin, as train/losses has them. */
function addLosses(graph: Graph, logits: Value): { readonly margins: Value; readonly loss: Value } {
  const targets = graph.input('targets', 'int64', ['picked']);
  const weights = graph.input('weights', 'float32', ['picked', 1]);
  const crossEntropy = sumAll(multiply(negate(pickColumns(logSoftmax(logits), targets)), weights));
  const isTarget = oneHot(targets, logits);
  const runnerUp = maxLast(subtract(logits, scale(isTarget, 1e9)));
  const margins = subtract(sumLast(multiply(logits, isTarget)), runnerUp);
  const missing = relu(subtract(graph.scalar(targetMargin), margins));
  return { margins, loss: add(crossEntropy, sumAll(multiply(missing, weights))) };
}

interface Weights {
  readonly weight: Pass['weight'];
  readonly inputs: Value[];
  readonly values: Record<string, Tensor>;
}

/** Seeded weights: the trained ones are inputs and the others constants, as in a real training step. */
function createWeights(graph: Graph): Weights {
  const known = new Map<string, Value>();
  const inputs: Value[] = [];
  const values: Record<string, Tensor> = {};
  const make = (name: string, shape: readonly number[]): Value => {
    const numbers = drawWeight(name, shape);
    if (!trainedNames.has(name)) return graph.floats(numbers, shape);
    const input = graph.input(name, 'float32', shape, { trained: true });
    inputs.push(input);
    values[name] = floatTensor(Float32Array.from(numbers), shape);
    return input;
  };
  const weight = (name: string, shape: readonly number[]): Value => {
    const value = known.get(name) ?? make(name, shape);
    known.set(name, value);
    return value;
  };
  return { weight, inputs, values };
}

/**
 * A norm's weights are near 1; a matrix [out, in] is uniform with variance 1 / in, so that the size of states
 * stays the same.
 */
function drawWeight(name: string, shape: readonly number[]): number[] {
  const stream = streamOf(name);
  const count = shape.reduce((product, size) => product * size, 1);
  const [middle, reach] = shape.length === 1 ? [1, 0.2] : [0, Math.sqrt(3 / shape.at(-1)!)];
  return Array.from({ length: count }, () => middle + reach * (2 * stream.nextFloat() - 1));
}

function createCheckPass(graph: Graph, weight: Pass['weight']): Pass {
  const inputs = new Map<string, Value>();
  const input = (name: string, type: ElementType, shape: Shape): Value => {
    const value = inputs.get(name) ?? graph.input(name, type, shape);
    inputs.set(name, value);
    return value;
  };
  return {
    graph,
    weight,
    lowRank: () => undefined,
    layout: undefined,
    positions: () => input('positions', 'int64', ['batch', 'length']),
    rotary: (table) => ({
      cos: input(`cos.${table}`, 'float32', ['positions', config.headSize / 2]),
      sin: input(`sin.${table}`, 'float32', ['positions', config.headSize / 2]),
    }),
    mask: (window) => input(`mask.${window}`, 'float32', ['length', 'total']),
    past: () => undefined,
    keep: () => undefined,
    selectRows: (_, states) => states,
    attended: (_, compute) => compute(),
  };
}

/** Seeded inputs of one run, without the trained ones: every second position counts. Tokens occur more than once. */
export function drawCheckInputs({ batch, length }: CheckSize): Tensors {
  const stream = streamOf(`${batch} x ${length}`);
  const tokens = batch * length;
  const rows = Array.from({ length: Math.ceil(tokens / 2) }, (_, i) => 2 * i);
  return {
    ...positionTensors(config, { batch, past: 0, length }),
    ids: intTensor(
      Array.from({ length: tokens }, () => stream.nextInt(Math.floor(config.vocabularySize / 2))),
      [batch, length],
    ),
    rows: intTensor(rows, [rows.length]),
    targets: intTensor(
      rows.map(() => stream.nextInt(config.vocabularySize)),
      [rows.length],
    ),
    weights: floatTensor(
      Float32Array.from(rows, () => 0.5 + stream.nextFloat()),
      [rows.length, 1],
    ),
  };
}

function streamOf(purpose: string): RandomStream {
  return new RandomStream(deriveKey(new Uint8Array(32), `device check: ${purpose}`));
}
