import type { RandomStream } from '../common/random';
import type { Watch } from '../contract/events';

/** A sequence of token ids and the positions in it whose next-token predictions are requested. */
export interface Rows {
  /** Exactly what the model reads, including the begin token. */
  readonly ids: readonly number[];
  /** Positions in `ids`, ascending: row `r` predicts the token after `ids[r]`. */
  readonly positions: readonly number[];
}

/**
 * Called once for every requested row, in order of sequences and positions within a batch. Batches are
 * ordered by length, so use `sequence` to find out what a row belongs to. Both arrays are only valid during
 * the call: copy what you keep.
 */
export type VisitRow = (row: {
  /** Index into the sequences that were passed in. */
  readonly sequence: number;
  readonly position: number;
  /** [vocabulary] raw logits. */
  readonly logits: Float32Array;
  /** [hidden] the last hidden state after the final norm, by which the output matrix is multiplied. */
  readonly hidden: Float32Array;
}) => void;

export interface SampleOptions {
  /** Every sample continues this prompt. */
  readonly prompt: readonly number[];
  readonly count: number;
  readonly maxTokens: number;
  /** More than 0 and at most 1. */
  readonly temperature: number;
  /** A sample ends before the first of these. */
  readonly stopIds: readonly number[];
  /** Each sample draws from its own fork of it, in order. */
  readonly random: RandomStream;
  /** Whether a sample that begins like this is useless: it is then abandoned. */
  readonly isLost?: (ids: readonly number[]) => boolean;
  /** Called now and then with the share of the samples' tokens that are written, 0 to 1; it never falls. */
  readonly onStep?: (share: number) => void;
}

export interface Sample {
  /** The new tokens only, without the stop token. */
  readonly ids: number[];
  /** The natural logarithm of each token's probability at temperature 1. */
  readonly logProbabilities: number[];
  /** Whether a stop token came within `maxTokens`. */
  readonly ended: boolean;
}

/** A checkpoint that can be asked. Everything outside `engine/` that needs a model's predictions uses only this. */
export interface LanguageModel {
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly maxLength: number;
  /** Batched teacher-forced passes over any number of sequences of any lengths. */
  visitRows(sequences: readonly Rows[], visit: VisitRow, watch?: Watch): Promise<void>;
  /**
   * Samples from softmax(logits / temperature) over the full vocabulary, seeded by `random` and independent
   * of each other.
   */
  sample(options: SampleOptions, watch?: Watch): Promise<Sample[]>;
  /**
   * Adds the likeliest next token again and again, for prompts of any lengths. Each result holds only the new
   * tokens.
   * @param isEnough whether so many new tokens suffice for the prompt of that index
   */
  continueGreedily(
    prompts: readonly (readonly number[])[],
    maxTokens: number,
    stopIds: readonly number[],
    watch?: Watch,
    isEnough?: (ids: readonly number[], index: number) => boolean,
  ): Promise<number[][]>;
  /** Frees the sessions and the memory of the weights. */
  close(): Promise<void>;
}
