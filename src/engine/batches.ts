/** A group of sequences that go through a model together, padded on the right to the longest. */
export interface Batch {
  /** Indices of the sequences, in the order of the batch's rows. */
  readonly members: readonly number[];
  readonly length: number;
}

/**
 * Groups sequences of similar length so that little is padding: longest first within the limit of padded tokens a batch.
 * A sequence longer than the limit gets a batch of its own.
 */
export function groupByLength(lengths: readonly number[], maxTokens: number): Batch[] {
  const order = lengths.map((_, index) => index).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  const batches: Batch[] = [];
  for (let start = 0; start < order.length;) {
    const length = lengths[order[start]!]!;
    const count = Math.max(1, Math.floor(maxTokens / Math.max(1, length)));
    batches.push({ members: order.slice(start, start + count), length });
    start += count;
  }
  return batches;
}

/** The ids of a batch, [members, length], padded with 0: what stands behind a sequence never reaches it. */
export function padIds(sequences: readonly (readonly number[])[], length: number): Int32Array {
  const ids = new Int32Array(sequences.length * length);
  sequences.forEach((sequence, row) => ids.set(sequence, row * length));
  return ids;
}
