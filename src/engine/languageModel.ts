import type { RandomStream } from '../common/random';
import type { Watch } from '../contract/events';

/** A sequence of token ids and the positions in it whose next-token prediction is wanted. */
export interface Rows {
  /** Exactly what the model is fed, begin token included. */
  readonly ids: readonly number[];
  /** Positions in `ids`, ascending: row `r` predicts the token after `ids[r]`. */
  readonly positions: readonly number[];
}

/**
 * Called once for every wanted row, in order of sequences and positions within a batch (batches are ordered by length, so
 * use `sequence` to find what a row belongs to). Both arrays are only valid during the call: copy what is kept.
 */
export type VisitRow = (row: {
  /** Index into the sequences that were asked. */
  readonly sequence: number;
  readonly position: number;
  /** [vocabulary] raw logits. */
  readonly logits: Float32Array;
  /** [hidden] the last hidden state after the final norm: what the output matrix is multiplied with. */
  readonly hidden: Float32Array;
}) => void;

export interface SampleOptions {
  /** Every sample continues this same prompt. */
  readonly prompt: readonly number[];
  readonly count: number;
  readonly maxTokens: number;
  /** More than 0 and at most 1. */
  readonly temperature: number;
  /** A sample ends before the first of these. */
  readonly stopIds: readonly number[];
  /** Each sample draws from a fork of it, in order. */
  readonly random: RandomStream;
  /** Whether a sample that begins like this is of no use: it is not written to its end. */
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

/** A checkpoint that can be asked. Everything above `engine/` that needs a model's opinion uses this and nothing else. */
export interface LanguageModel {
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly maxLength: number;
  /** Batched teacher-forced passes over any number of sequences of any lengths. */
  visitRows(sequences: readonly Rows[], visit: VisitRow, watch?: Watch): Promise<void>;
  /** Samples from softmax(logits / temperature) over the full vocabulary, seeded by `random`; each by itself. */
  sample(options: SampleOptions, watch?: Watch): Promise<Sample[]>;
  /**
   * The likeliest next token again and again, for prompts of any lengths; each result holds the new tokens only.
   * @param isEnough whether so many tokens behind the prompt of that index will do
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
