import type { ModelConfig } from '../architectures/architecture';
import { padIds } from '../engine/batches';
import { positionTensors } from '../engine/modelPass';
import { floatTensor, intTensor, type Tensors } from '../engine/runtime';
import { countSharedTokens } from '../engine/sharedStart';
import type { Graph, Value } from '../graph/graph';
import type { Layout } from '../graph/layout';
import type { PreparedSequence } from './sequences';

/** A row of a batch: a position in one of its sequences. */
export interface RowPlace {
  readonly member: number;
  readonly position: number;
}

/**
 * The tokens of a pass, their positions, and which of them are its `rows`, in the order of `places`. Where a
 * frozen lower part hands over states, each token is kept once; otherwise all positions of the padded
 * sequences are tokens.
 */
export function tokenInputs(
  config: ModelConfig,
  sequences: readonly PreparedSequence[],
  places: readonly RowPlace[],
): Tensors {
  const length = Math.max(...sequences.map(({ ids }) => ids.length));
  const tokens = sequences[0]?.states
    ? keepOnce(config.hiddenSize, sequences, places, length)
    : pad(sequences, places, length);
  return { ...tokens, ...positionTensors(config, { batch: sequences.length, past: 0, length }) };
}

/** The states [tokens, hiddenSize] that enter a group of layers. */
export function stateInputs(states: Float32Array, hiddenSize: number): Tensors {
  return { states: floatTensor(states, [states.length / hiddenSize, hiddenSize]) };
}

/** The graph's side of these inputs: `ids` [batch, length], where the embedding is computed too. */
export function enterIds(graph: Graph): Value {
  return graph.input('ids', 'int64', ['batch', 'length']);
}

/** `states` [tokens, hiddenSize]; trained where a gradient continues to what they come from. */
export function enterStates(graph: Graph, hiddenSize: number, options: { trained: boolean }): Value {
  return graph.input('states', 'float32', ['tokens', hiddenSize], options);
}

/** Where tokens that are kept once belong in the sequences. */
export function enterLayout(graph: Graph): Layout {
  return {
    tokens: graph.input('layout.tokens', 'int64', ['batch', 'length']),
    places: graph.input('layout.places', 'int64', ['tokens']),
    allPlaces: graph.input('layout.allPlaces', 'int64', ['tokens']),
  };
}

/** `rows` [rows], the tokens whose final states are needed. */
export function enterRows(graph: Graph): Value {
  return graph.input('rows', 'int64', ['rows']);
}

function pad(sequences: readonly PreparedSequence[], places: readonly RowPlace[], length: number): Tensors {
  const ids = padIds(
    sequences.map((sequence) => sequence.ids),
    length,
  );
  const rows = places.map(({ member, position }) => member * length + position);
  return { ids: intTensor(ids, [sequences.length, length]), rows: intTensor(rows, [rows.length]) };
}

/**
 * The common start of all sequences is kept once, followed by the rest of each; padding is left out. No two
 * rows may be the same token, so no row is in the shared part, except those of a prompt, which one sequence
 * represents. The inputs are those of a Layout.
 */
function keepOnce(
  hiddenSize: number,
  sequences: readonly PreparedSequence[],
  places: readonly RowPlace[],
  length: number,
): Tensors {
  const shared = countShared(sequences, places);
  const batch = sequences.length;
  const count = sequences.reduce((sum, { ids }) => sum + ids.length - shared, shared);
  const states = new Float32Array(count * hiddenSize);
  const tokens = new Int32Array(batch * length);
  const placeOf = new Int32Array(count);
  const allPlacesOf = new Int32Array(count);
  const firsts: number[] = [];
  let next = shared;
  sequences.forEach(({ ids, states: own }, member) => {
    // After the shared part, a sequence's tokens are in order.
    const first = next - shared;
    firsts.push(first);
    const [from, to] = member === 0 ? [0, 0] : [shared, next];
    states.set(own!.subarray(from * hiddenSize), to * hiddenSize);
    for (let position = 0; position < ids.length; position++) {
      const isShared = position < shared;
      const token = isShared ? position : first + position;
      const place = member * length + position;
      tokens[place] = token;
      if (isShared && member > 0) continue;
      placeOf[token] = place;
      allPlacesOf[token] = isShared ? batch * length + position : place;
    }
    next += ids.length - shared;
  });
  const rows = places.map(({ member, position }) => (position < shared ? 0 : firsts[member]!) + position);
  return {
    ...stateInputs(states, hiddenSize),
    'layout.tokens': intTensor(tokens, [batch, length]),
    'layout.places': intTensor(placeOf, [count]),
    'layout.allPlaces': intTensor(allPlacesOf, [count]),
    rows: intTensor(rows, [rows.length]),
  };
}

function countShared(sequences: readonly PreparedSequence[], places: readonly RowPlace[]): number {
  const firstRows = sequences.map(({ ids }) => ids.length);
  for (const { member, position } of places)
    if (position >= sequences[member]!.firstRow) firstRows[member] = Math.min(firstRows[member]!, position);
  return countSharedTokens(sequences.map(({ ids }, member) => ({ ids, positions: [firstRows[member]!] })));
}
