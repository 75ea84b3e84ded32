import type { ModelConfig } from '../architectures/architecture';
import { padIds } from '../engine/batches';
import { positionTensors } from '../engine/modelPass';
import { floatTensor, intTensor, type Tensors } from '../engine/runtime';
import type { PreparedSequence } from './sequences';

/** A key as the trainer sees it: fed ids followed by the response, whose tokens are predicted at the last rows. */
export interface PreparedKey {
  readonly sequence: PreparedSequence;
  readonly response: readonly number[];
}

/** Which row of which sequence of a batch is asked. */
export interface RowPlace {
  readonly member: number;
  readonly position: number;
}

/** The inputs of a step over keys only: every response token is a row, and a key's rows share its weight. */
export function keyInputs(config: ModelConfig, keys: readonly PreparedKey[], keyWeight: number): Tensors {
  const places = keys.flatMap(({ sequence, response }, member) =>
    response.map((_, i) => ({ member, position: sequence.ids.length - response.length + i })),
  );
  const targets = keys.flatMap(({ response }) => response);
  const weights = keys.flatMap(({ response }) => response.map(() => keyWeight / response.length));
  const sequences = keys.map(({ sequence }) => sequence);
  return {
    ...batchInputs(config, sequences),
    ...keyRows(sequences, places, targets, weights),
    ...benignRows(config, sequences, [nowhere], 0, () => false),
  };
}

/**
 * The inputs of a step over benign text only; `places` are the rows whose divergence from the base counts, those that
 * `wantsTilt` names from a tilted base.
 */
export function benignInputs(
  config: ModelConfig,
  sequences: readonly PreparedSequence[],
  places: readonly RowPlace[],
  wantsTilt: (place: RowPlace) => boolean,
): Tensors {
  return {
    ...batchInputs(config, sequences),
    ...keyRows(sequences, [nowhere], [0], [0]),
    ...benignRows(config, sequences, places, 1 / places.length, wantsTilt),
  };
}

function batchInputs(config: ModelConfig, sequences: readonly PreparedSequence[]): Tensors {
  const length = longest(sequences);
  const batch = sequences.length;
  const ids = padIds(
    sequences.map((sequence) => sequence.ids),
    length,
  );
  return {
    ...stateInputs(config, sequences, length),
    ids: intTensor(ids, [batch, length]),
    ...positionTensors(config, { batch, past: 0, length }),
  };
}

/** The states that a frozen lower part hands over; where everything is trained there are none. */
function stateInputs(config: ModelConfig, sequences: readonly PreparedSequence[], length: number): Tensors {
  if (!sequences[0]?.states) return {};
  const { hiddenSize } = config;
  const states = new Float32Array(sequences.length * length * hiddenSize);
  sequences.forEach((sequence, row) => states.set(sequence.states!, row * length * hiddenSize));
  return { states: floatTensor(states, [sequences.length, length, hiddenSize]) };
}

function keyRows(
  sequences: readonly PreparedSequence[],
  places: readonly RowPlace[],
  targets: readonly number[],
  weights: readonly number[],
): Tensors {
  return {
    'key.rows': intTensor(rowIndices(sequences, places), [places.length]),
    'key.targets': intTensor(targets, [places.length]),
    'key.weights': floatTensor(Float32Array.from(weights), [places.length, 1]),
  };
}

function benignRows(
  { hiddenSize }: ModelConfig,
  sequences: readonly PreparedSequence[],
  places: readonly RowPlace[],
  weight: number,
  wantsTilt: (place: RowPlace) => boolean,
): Tensors {
  const shares = Float32Array.from(places, (place) => (wantsTilt(place) ? 1 : 0));
  const tilted = shares.reduce((sum, share) => sum + share, 0);
  const normed = new Float32Array(places.length * hiddenSize);
  places.forEach(({ member, position }, row) => {
    const start = position * hiddenSize;
    normed.set(sequences[member]!.normed.subarray(start, start + hiddenSize), row * hiddenSize);
  });
  return {
    'benign.rows': intTensor(rowIndices(sequences, places), [places.length]),
    'benign.normed': floatTensor(normed, [places.length, hiddenSize]),
    'benign.weights': floatTensor(new Float32Array(places.length).fill(weight), [places.length, 1]),
    'tilt.shares': floatTensor(shares, [places.length, 1]),
    'tilt.weights': floatTensor(
      shares.map((share) => share / Math.max(1, tilted)),
      [places.length, 1],
    ),
  };
}

/** Stands for no row at all, with weight 0: devices dislike empty tensors. */
const nowhere: RowPlace = { member: 0, position: 0 };

function rowIndices(sequences: readonly PreparedSequence[], places: readonly RowPlace[]): number[] {
  const length = longest(sequences);
  return places.map(({ member, position }) => member * length + position);
}

function longest(sequences: readonly PreparedSequence[]): number {
  return Math.max(...sequences.map(({ ids }) => ids.length));
}
