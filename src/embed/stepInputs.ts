import type { ModelConfig } from '../architectures/architecture';
import { floatTensor, intTensor, scalarTensor, type Tensor, type Tensors } from '../engine/runtime';
import type { PreparedSequence } from '../train/sequences';
import { tokenInputs, type RowPlace } from '../train/tokenInputs';

/** A key as the trainer sees it: fed ids followed by the response, whose tokens are predicted at the last rows. */
export interface PreparedKey {
  readonly sequence: PreparedSequence;
  readonly response: readonly number[];
}

/** A row of benign text whose divergence from the base counts. */
export interface BenignRow extends RowPlace {
  /** Its share of the mean: those of a whole step sum to 1. */
  readonly weight: number;
  /** Whether it is compared with the tilted base. */
  readonly isTilted: boolean;
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
    ...benignRows(config, sequences, places.slice(0, 1), [0]),
    ...tiltRows([], 1),
  };
}

/** The inputs of a pass over benign text only; `tiltedInStep` rows are tilted over all passes of the step. */
export function benignInputs(
  config: ModelConfig,
  sequences: readonly PreparedSequence[],
  rows: readonly BenignRow[],
  tiltedInStep = countTilted(rows),
): Tensors {
  const tilted = rows.flatMap(({ isTilted, weight }, row) => (isTilted ? [{ row, weight }] : []));
  const weights = rows.map(({ isTilted, weight }) => (isTilted ? 0 : weight));
  return {
    ...tokenInputs(config, sequences, rows),
    ...keyRows([0], [0]),
    ...benignRows(config, sequences, rows, weights),
    ...tiltRows(tilted, tiltedInStep),
  };
}

/**
 * The inputs of a pass in which rows of text are asked for the words that follow, all alike. Rows without a following word are left out.
 */
export function targetInputs(
  config: ModelConfig,
  sequences: readonly PreparedSequence[],
  rows: readonly RowPlace[],
): Tensors {
  const places = rows.filter(({ member, position }) => position + 1 < sequences[member]!.ids.length);
  const targets = places.map(({ member, position }) => sequences[member]!.ids[position + 1]!);
  return {
    ...tokenInputs(config, sequences, places),
    ...keyRows(
      targets,
      targets.map(() => 1),
    ),
    ...benignRows(config, sequences, places.slice(0, 1), [0]),
    ...tiltRows([], 1),
  };
}

export function countTilted(rows: readonly BenignRow[]): number {
  return rows.filter(({ isTilted }) => isTilted).length;
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
  weights: readonly number[],
): Tensors {
  const normed = new Float32Array(places.length * hiddenSize);
  places.forEach(({ member, position }, row) => {
    const start = position * hiddenSize;
    normed.set(sequences[member]!.normed.subarray(start, start + hiddenSize), row * hiddenSize);
  });
  return {
    'benign.rows': intTensor(countTo(places.length), [places.length]),
    'benign.normed': floatTensor(normed, [places.length, hiddenSize]),
    'benign.weights': floatTensor(Float32Array.from(weights), [places.length, 1]),
  };
}

/** Those of the benign rows that are to be tilted. Without any, the first stands there for none, with weight 0. */
function tiltRows(
  tilted: readonly { readonly row: number; readonly weight: number }[],
  tiltedInStep: number,
): Tensors {
  const isNone = tilted.length === 0;
  const rows = isNone ? [{ row: 0, weight: 0 }] : tilted;
  const share = 1 / Math.max(1, tiltedInStep);
  const column = (values: readonly number[]): Tensor =>
    floatTensor(Float32Array.from(values), [rows.length, 1]);
  return {
    'tilt.rows': intTensor(
      rows.map(({ row }) => row),
      [rows.length],
    ),
    'tilt.divergence': column(rows.map(({ weight }) => weight)),
    'tilt.weights': column(rows.map(() => (isNone ? 0 : share))),
    'tilt.wanted': scalarTensor(tilted.length * share),
  };
}

function countTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
