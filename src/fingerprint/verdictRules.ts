/** The rules that decide a verdict. They are fixed in the commitment, so a key set keeps the rules it was made with. */
export interface VerdictRules {
  /** The smallest p-value, times the number of tests, must be below this. A key set may be stricter than the program, never laxer. */
  readonly alpha: number;
  /**
   * Names of the tests, as `verify/` has them. Where the base is not available, `suspect-alone` replaces
   * those that compare with it; where the suspect shows only text, `answers` alone is left.
   */
  readonly tests: readonly string[];
  /** How answers are compared as text. */
  readonly normaliser: string;
}

/** The rules of key sets that are made now. */
export const verdictRules = {
  alpha: 1e-6,
  tests: ['answers', 'minus-base', 'minus-base-and-shift'],
  normaliser: 'first word, NFKC, lower case, without punctuation',
} as const satisfies VerdictRules;
