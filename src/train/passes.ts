import { batchBytes } from '../engine/batches';
import { estimateWeightBytes } from '../engine/estimate';
import type { LoadedModel } from '../engine/loadedModel';
import type { PreparedSequence } from './sequences';
import type { RowPlace } from './tokenInputs';

/*
 * How the sequences of a step are cut into passes: the values that a pass keeps for its backward pass have to
 * stay small compared with the weights.
 */

/** The most memory for the states of one pass: this, or four times what a batch of an ordinary forward pass may take. */
const leastPassBytes = 640 * 2 ** 20;
const batchesInPass = 4;
/** Logits of text in a step, for large vocabularies: every row counts, and leaving out half of them makes a difference. */
const stepLogits = 1 << 23;

/** Whether a model's weights are no larger than a batch may be: then speed matters more than memory. */
export function isSmallModel({ parameters }: Pick<LoadedModel, 'parameters'>): boolean {
  return estimateWeightBytes(parameters) <= batchBytes(parameters);
}

/** Padded tokens that go through the trained layers at once, forward and backward. */
export function tokensPerPass(
  { config, parameters }: Pick<LoadedModel, 'config' | 'parameters'>,
  lowestLayer: number | undefined,
): number {
  const layers = config.layerCount - (lowestLayer ?? 0);
  const bytes = Math.max(leastPassBytes, batchesInPass * batchBytes(parameters));
  return Math.max(1, Math.floor(bytes / (bytesOfToken({ config, parameters }) * Math.max(1, layers))));
}

/** Rows of text in a step whose predictions are compared. */
export function rowsOfStep(vocabularySize: number): number {
  return Math.max(16, Math.floor(stepLogits / vocabularySize));
}

/** Bytes that a layer holds for every token between the forward and the backward pass. */
export function bytesOfToken({ config, parameters }: Pick<LoadedModel, 'config' | 'parameters'>): number {
  const widest = parameters
    .filter(({ role, shape }) => role === 'mlp' && shape.length === 2)
    .reduce((most, { shape }) => Math.max(most, ...shape), config.hiddenSize);
  return 4 * (16 * config.hiddenSize + 10 * widest);
}

/**
 * Groups sequences of similar length, so that attention computes little padding. Their first `shared` tokens,
 * which all have in common, go through once per pass.
 */
export function groupAlike(
  indices: readonly number[],
  lengthOf: (index: number) => number,
  maxTokens: number,
  shared = 0,
): number[][] {
  const sorted = [...indices].sort((a, b) => lengthOf(a) - lengthOf(b) || a - b);
  return cutByTokens(sorted, (index) => lengthOf(index) - shared, maxTokens - shared);
}

/** A part of a step's text, and the rows of it that count. */
export interface TextPart<Row extends RowPlace> {
  readonly sequences: readonly PreparedSequence[];
  readonly rows: readonly Row[];
}

/** Sequences in order, as many in a part as fit; a prompt that all begin with goes through once per pass. */
export function cutSequences<Row extends RowPlace>(
  sequences: readonly PreparedSequence[],
  rows: readonly Row[],
  maxTokens: number,
): TextPart<Row>[] {
  const members = sequences.map((_, index) => index);
  const shared = Math.min(...sequences.map(({ states, firstRow }) => (states ? firstRow : 0)));
  const lengthOf = (member: number): number => sequences[member]!.ids.length - shared;
  return cutByTokens(members, lengthOf, maxTokens - shared).map((part) => ({
    sequences: part.map((member) => sequences[member]!),
    rows: rows
      .filter(({ member }) => part.includes(member))
      .map((row) => ({ ...row, member: part.indexOf(row.member) })),
  }));
}

/** Pieces whose count times the longest item stays within `maxTokens`; a longer item is a piece by itself. */
function cutByTokens(
  items: readonly number[],
  lengthOf: (item: number) => number,
  maxTokens: number,
): number[][] {
  const pieces: number[][] = [];
  let longest = 0;
  for (const item of items) {
    const piece = pieces.at(-1);
    longest = Math.max(longest, lengthOf(item));
    if (piece && (piece.length + 1) * longest <= maxTokens) piece.push(item);
    else {
      pieces.push([item]);
      longest = lengthOf(item);
    }
  }
  return pieces;
}
