import type { ModelConfig } from '../architectures/architecture';
import type { KeysAndValues, Pass, RotaryInputs } from '../architectures/pass';
import type { ElementType, Graph, Value } from '../graph/graph';
import type { Layout } from '../graph/layout';
import { gatherRows, takeRows } from '../graph/operators';
import { floatTensor, intTensor, type Tensor, type Tensors } from './runtime';
import type { LoadedModel } from './loadedModel';

/** Which part of a parameter is trained: all of it, or a product of rank `rank` on top of it. */
export type Trained = { readonly kind: 'whole' } | { readonly kind: 'low-rank'; readonly rank: number };

/** The two matrices [rank, in] and [out, rank] whose product is added to a parameter. */
export interface LowRankProduct {
  readonly down: Value;
  readonly up: Value;
}

export interface PassOptions {
  /** Trained parameters by name: they become inputs of the graph. */
  readonly trained?: ReadonlyMap<string, Trained>;
  /** Products that are added to parameters and not trained, by the parameter's name. */
  readonly added?: ReadonlyMap<string, LowRankProduct>;
  /** The layer of whose states only these rows continue, int64 indices [rows] of tokens. */
  readonly selected?: { readonly layer: number; readonly rows: Value } | undefined;
  /** The layer whose attention is not computed, and the states [tokens, hidden] that lie behind it. */
  readonly attended?: { readonly layer: number; readonly states: Value } | undefined;
  /** Where tokens that are kept once belong in the sequences; unless given, states are all positions of all sequences. */
  readonly layout?: Layout | undefined;
  /** See Pass.observe. */
  readonly observe?: Pass['observe'];
  /** Whether layers continue from keys and values given as inputs, and return their own. */
  readonly cache?: boolean;
}

/** A pass over a loaded model's weights, with the values that are needed to complete the graph. */
export interface ModelPass extends Pass {
  /** Trained inputs in the order in which the formula asked for them. */
  readonly trainedInputs: readonly Value[];
  /** Keys and values of each layer that was written. */
  readonly kept: ReadonlyMap<number, KeysAndValues>;
  /** States after the attention of each layer that was written, see Pass.attended. */
  readonly afterAttention: ReadonlyMap<number, Value>;
}

const storedType: Readonly<Record<string, ElementType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
};

/** Names of the inputs that hold the two matrices of a low-rank product. */
export const lowRankNames = (name: string): { down: string; up: string } => ({
  down: `${name}.down`,
  up: `${name}.up`,
});

/** Answers a formula's requests from a checkpoint: weights are constants mapped from their file, or trained inputs. */
export function createPass(graph: Graph, model: LoadedModel, options: PassOptions = {}): ModelPass {
  const { config } = model;
  const weights = new Map<string, Value>();
  const inputs = new Map<string, Value>();
  const trainedInputs: Value[] = [];
  const kept = new Map<number, KeysAndValues>();
  const afterAttention = new Map<number, Value>();

  const input = (name: string, type: ElementType, shape: readonly (number | string)[]): Value => {
    const known = inputs.get(name);
    if (known) return known;
    const value = graph.input(name, type, shape);
    inputs.set(name, value);
    return value;
  };
  const trainedInput = (name: string, shape: readonly number[]): Value => {
    const value = graph.input(name, 'float32', shape, { trained: true });
    trainedInputs.push(value);
    return value;
  };
  const selectRows = (layer: number, states: Value): Value =>
    layer === options.selected?.layer ? gatherRows(states, options.selected.rows) : states;
  const storedWeight = (name: string): Value => {
    const tensor = model.tensors.get(name)!;
    const storage = { file: model.fileOf(tensor), offset: tensor.offset, byteLength: tensor.byteLength };
    const stored = graph.fileConstant(`stored.${name}`, storedType[tensor.dtype]!, tensor.shape, storage);
    return graph.cast(stored, 'float32');
  };

  return {
    graph,
    layout: options.layout,
    observe: options.observe,
    trainedInputs,
    kept,
    afterAttention,
    weight(name, shape) {
      const known = weights.get(name);
      if (known) return known;
      const value =
        options.trained?.get(name)?.kind === 'whole' ? trainedInput(name, shape) : storedWeight(name);
      weights.set(name, value);
      return value;
    },
    lowRank(name) {
      const trained = options.trained?.get(name);
      if (trained?.kind !== 'low-rank') return options.added?.get(name);
      const [rows, columns] = model.tensors.get(name)!.shape as [number, number];
      const names = lowRankNames(name);
      return {
        down: trainedInput(names.down, [trained.rank, columns]),
        up: trainedInput(names.up, [rows, trained.rank]),
      };
    },
    rotary(table): RotaryInputs {
      const columns = config.rotaryTables[table]!.frequencies.length;
      return {
        cos: input(`cos.${table}`, 'float32', ['positions', columns]),
        sin: input(`sin.${table}`, 'float32', ['positions', columns]),
      };
    },
    positions: () => input('positions', 'int64', ['batch', 'length']),
    mask: (window) =>
      input(`mask.${window}`, 'float32', [...(options.cache ? ['batch', 1] : []), 'length', 'total']),
    past(layer) {
      if (!options.cache) return undefined;
      const rows = input(pastRows, 'int64', ['batch', config.keyValueHeads, 'past']);
      const read = (name: string): Value =>
        takeRows(input(pastName(name), 'float32', ['past rows', config.headSize]), rows);
      return { keys: read(`keys.${layer}`), values: read(`values.${layer}`) };
    },
    keep: (layer, cache) => void kept.set(layer, cache),
    selectRows,
    attended(layer, compute) {
      const known =
        options.attended?.layer === layer ? selectRows(layer, options.attended.states) : undefined;
      const states = known ?? compute();
      afterAttention.set(layer, states);
      return states;
    },
  };
}

/** The input that holds the outputs of that name for earlier tokens: one row for each of a token's heads. */
export function pastName(output: string): string {
  return `past.${output}`;
}

/** The input that selects the rows that each sequence looks back at, int64 [batch, key-value heads, past]. */
export const pastRows = 'past.rows';

/**
 * The inputs for the positions of tokens: rotary tables, positions and masks for a batch of `length` new
 * tokens after `past` earlier ones. Sequences of a batch are padded on the right, so a causal mask alone
 * excludes padding.
 */
export function positionTensors(
  config: ModelConfig,
  { batch, past, length }: { batch: number; past: number; length: number },
): Tensors {
  const total = past + length;
  const tensors = rotaryTensors(config, total);
  for (const [name, window] of Object.entries(config.windows))
    tensors[`mask.${name}`] = floatTensor(causalMask(past, length, window ?? total), [length, total]);
  tensors.positions = intTensor(
    Array.from({ length: batch * length }, (_, i) => past + (i % length)),
    [batch, length],
  );
  return tensors;
}

/**
 * The same where each sequence has its own number of earlier tokens, for a pass with a cache. A sequence with
 * fewer than the most looks back at arbitrary rows, which its mask hides.
 * @param pasts earlier tokens of each sequence
 */
export function continuedPositionTensors(
  config: ModelConfig,
  pasts: readonly number[],
  length: number,
): Tensors {
  const [batch, most] = [pasts.length, Math.max(...pasts)];
  const total = most + length;
  const tensors = rotaryTensors(config, total);
  for (const [name, window] of Object.entries(config.windows))
    tensors[`mask.${name}`] = floatTensor(continuedMask(pasts, length, window ?? total), [
      batch,
      1,
      length,
      total,
    ]);
  tensors.positions = intTensor(
    pasts.flatMap((past) => Array.from({ length }, (_, i) => past + i)),
    [batch, length],
  );
  return tensors;
}

/** The angles of positions 0 to `total` − 1 in every rotary table. */
function rotaryTensors(config: ModelConfig, total: number): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  for (const [name, { frequencies: usual, magnitude, long }] of Object.entries(config.rotaryTables)) {
    const frequencies = long && total > long.above ? long.frequencies : usual;
    const angles = Float64Array.from(
      { length: total * frequencies.length },
      (_, i) => Math.floor(i / frequencies.length) * frequencies[i % frequencies.length]!,
    );
    const shape = [total, frequencies.length];
    tensors[`cos.${name}`] = floatTensor(
      Float32Array.from(angles, (angle) => magnitude * Math.cos(angle)),
      shape,
    );
    tensors[`sin.${name}`] = floatTensor(
      Float32Array.from(angles, (angle) => magnitude * Math.sin(angle)),
      shape,
    );
  }
  return tensors;
}

/**
 * How many of a model's rotary tables use their frequencies for long sequences at a length. Sequences that
 * differ in this share neither a batch nor keys and values.
 */
export function countLongTables({ rotaryTables }: ModelConfig, length: number): number {
  return Object.values(rotaryTables).filter(({ long }) => long && length > long.above).length;
}

/** Large enough to leave nothing after a softmax in float32, small enough to stay finite when scores are added. */
const maskedScore = -1e9;

function causalMask(past: number, length: number, window: number): Float32Array {
  const total = past + length;
  return Float32Array.from({ length: length * total }, (_, i) => {
    const distance = past + Math.floor(i / total) - (i % total);
    return distance >= 0 && distance < window ? 0 : maskedScore;
  });
}

/** [batch, 1, length, most + length], where `most` is the largest of `pasts`. */
function continuedMask(pasts: readonly number[], length: number, window: number): Float32Array {
  const most = Math.max(...pasts);
  const total = most + length;
  const mask = new Float32Array(pasts.length * length * total).fill(maskedScore);
  pasts.forEach((past, sequence) => {
    for (let i = 0; i < length; i++) {
      const row = (sequence * length + i) * total;
      const furthest = past + i - window + 1;
      mask.fill(0, row + Math.min(past, Math.max(0, furthest)), row + past);
      mask.fill(0, row + most + Math.max(0, furthest - past), row + most + i + 1);
    }
  });
  return mask;
}
