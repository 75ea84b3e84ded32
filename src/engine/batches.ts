import { estimateWeightBytes } from './estimate';
import type { LoadedModel } from './loadedModel';

/** The most memory for the values of one batch: this, or this share of the weights in float32 if that is more. */
const leastBatchBytes = 72 * 2 ** 20;
const shareOfWeights = 1 / 64;
/** More tokens at once are no faster. */
const mostBatchTokens = 4096;
const fewestBatchTokens = 32;

/** Logits in a batch, in numbers (64 MB). */
export const maxBatchLogits = 1 << 24;

/** Padded tokens that go through a model at once, so that a pass's values stay small compared with the weights. */
export function tokensPerBatch({ config, parameters }: Pick<LoadedModel, 'config' | 'parameters'>): number {
  const { hiddenSize, layerCount, keyValueHeads, headSize } = config;
  const matrices = parameters.filter(
    ({ role, shape }) => role !== 'embedding' && role !== 'head' && shape.length === 2,
  );
  // Hundreds of thousands of experts are too many arguments for one call.
  const widest = matrices.reduce((most, { shape }) => Math.max(most, ...shape), hiddenSize);
  // Keys and values of every layer stay to the end; of the other values, about two layers' worth exist at a
  // time.
  const valuesOfToken = 2 * layerCount * keyValueHeads * headSize + 16 * hiddenSize + 8 * widest;
  const tokens = Math.floor(batchBytes(parameters) / (4 * valuesOfToken));
  return Math.max(fewestBatchTokens, Math.min(mostBatchTokens, tokens));
}

/**
 * How many texts of at most `length` own tokens are continued side by side, so that all their keys and values
 * fit into `bytes`. The default is twice a batch's, because nothing else of a batch is kept here.
 */
export function rowsPerDecoding(
  { config, parameters }: Pick<LoadedModel, 'config' | 'parameters'>,
  length: number,
  bytes = 2 * batchBytes(parameters),
): number {
  const { layerCount, keyValueHeads, headSize, vocabularySize } = config;
  const bytesOfRow = 4 * 2 * layerCount * keyValueHeads * headSize * length;
  const rows = Math.min(Math.floor(bytes / bytesOfRow), Math.floor(maxBatchLogits / vocabularySize));
  return Math.max(1, rows);
}

/** The most bytes for the values of one batch. */
export function batchBytes(parameters: LoadedModel['parameters']): number {
  return Math.max(leastBatchBytes, shareOfWeights * estimateWeightBytes(parameters));
}

/** A group of sequences that go through a model together, padded on the right to the longest. */
export interface Batch {
  /** Indices of the sequences, in the order of the batch's rows. */
  readonly members: readonly number[];
  readonly length: number;
}

/**
 * Groups sequences of similar length to reduce padding: longest first, within the limit of padded tokens in a
 * batch. A sequence longer than the limit gets its own batch, and lengths of different `kind` are never
 * mixed.
 */
export function groupByLength(
  lengths: readonly number[],
  maxTokens: number,
  kind: (length: number) => number = () => 0,
): Batch[] {
  const order = lengths.map((_, index) => index).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  const batches: Batch[] = [];
  for (let start = 0; start < order.length;) {
    const length = lengths[order[start]!]!;
    const count = Math.max(1, Math.floor(maxTokens / Math.max(1, length)));
    const members = order
      .slice(start, start + count)
      .filter((index) => kind(lengths[index]!) === kind(length));
    batches.push({ members, length });
    start += members.length;
  }
  return batches;
}

/** The ids of a batch, [members, length], padded with 0: whatever follows a sequence never affects it. */
export function padIds(sequences: readonly (readonly number[])[], length: number): Int32Array {
  const ids = new Int32Array(sequences.length * length);
  sequences.forEach((sequence, row) => ids.set(sequence, row * length));
  return ids;
}

/**
 * The same, padded with each sequence's own last id: a stranger's model may hold no numbers for token 0, and
 * what is not a number affects whatever it is multiplied with, even by 0.
 */
export function padWithLast(sequences: readonly (readonly number[])[], length: number): Int32Array {
  const ids = padIds(sequences, length);
  sequences.forEach((sequence, row) =>
    ids.fill(sequence.at(-1) ?? 0, row * length + sequence.length, (row + 1) * length),
  );
  return ids;
}
