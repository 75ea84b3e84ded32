import type { ModelConfig } from '../architectures/architecture';
import { floatTensor, intTensor, scalarTensor, type Tensor, type Tensors } from '../engine/runtime';
import type { PreparedSequence } from './sequences';
import { tokenInputs, type RowPlace } from './tokenInputs';

/** A key as the trainer sees it: fed ids followed by the response, whose tokens are predicted at the last rows. */
export interface PreparedKey {
  readonly sequence: PreparedSequence;
  readonly response: readonly number[];
}

/** Rows that count in a whole step, over all its passes: each weighs its share of them. */
export interface BenignTotals {
  readonly places: number;
  readonly tilted: number;
}

/*
 * A pass is over keys only or over benign text only. Devices dislike empty tensors: its first row stands for those of the
 * other kind as well, with weight 0.
 */

/** The inputs of a pass over keys only: every response token is a row, and a key's rows share its weight. */
export function keyInputs(config: ModelConfig, keys: readonly PreparedKey[], keyWeight: number): Tensors {
  const places = keys.flatMap(({ sequence, response }, member) =>
    response.map((_, i) => ({ member, position: sequence.ids.length - response.length + i })),
  );
  const targets = keys.flatMap(({ response }) => response);
  const weights = keys.flatMap(({ response }) => response.map(() => keyWeight / response.length));
  const sequences = keys.map(({ sequence }) => sequence);
  return {
    ...tokenInputs(config, sequences, places),
    ...keyRows(targets, weights),
    ...benignRows(config, sequences, places.slice(0, 1), () => 0),
    ...tiltRows([], { places: 1, tilted: 1 }),
  };
}

/**
 * The inputs of a pass over benign text only; `places` are the rows whose divergence from the base counts, those that
 * `wantsTilt` names from a tilted base.
 */
export function benignInputs(
  config: ModelConfig,
  sequences: readonly PreparedSequence[],
  places: readonly RowPlace[],
  wantsTilt: (place: RowPlace) => boolean,
  totals: BenignTotals = countRows(places, wantsTilt),
): Tensors {
  const tilted = places.flatMap((place, row) => (wantsTilt(place) ? [row] : []));
  return {
    ...tokenInputs(config, sequences, places),
    ...keyRows([0], [0]),
    ...benignRows(config, sequences, places, (place) => (wantsTilt(place) ? 0 : 1 / totals.places)),
    ...tiltRows(tilted, totals),
  };
}

export function countRows(
  places: readonly RowPlace[],
  wantsTilt: (place: RowPlace) => boolean,
): BenignTotals {
  return { places: places.length, tilted: places.filter(wantsTilt).length };
}

/** The keys' rows, the first of those that are wanted. */
function keyRows(targets: readonly number[], weights: readonly number[]): Tensors {
  return {
    'key.rows': intTensor(countTo(targets.length), [targets.length]),
    'key.targets': intTensor(targets, [targets.length]),
    'key.weights': floatTensor(Float32Array.from(weights), [targets.length, 1]),
  };
}

/** The benign rows, the first of those that are wanted. */
function benignRows(
  { hiddenSize }: ModelConfig,
  sequences: readonly PreparedSequence[],
  places: readonly RowPlace[],
  weightOf: (place: RowPlace) => number,
): Tensors {
  const normed = new Float32Array(places.length * hiddenSize);
  places.forEach(({ member, position }, row) => {
    const start = position * hiddenSize;
    normed.set(sequences[member]!.normed.subarray(start, start + hiddenSize), row * hiddenSize);
  });
  return {
    'benign.rows': intTensor(countTo(places.length), [places.length]),
    'benign.normed': floatTensor(normed, [places.length, hiddenSize]),
    'benign.weights': floatTensor(Float32Array.from(places, weightOf), [places.length, 1]),
  };
}

/** Those of the benign rows that are to be tilted. Without any, the first stands there for none, with weight 0. */
function tiltRows(tilted: readonly number[], totals: BenignTotals): Tensors {
  const rows = tilted.length > 0 ? tilted : [0];
  const share = tilted.length > 0 ? 1 : 0;
  const column = (value: number): Tensor =>
    floatTensor(new Float32Array(rows.length).fill(share * value), [rows.length, 1]);
  return {
    'tilt.rows': intTensor(rows, [rows.length]),
    'tilt.divergence': column(1 / totals.places),
    'tilt.weights': column(1 / Math.max(1, totals.tilted)),
    'tilt.wanted': scalarTensor(tilted.length / Math.max(1, totals.tilted)),
  };
}

function countTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
