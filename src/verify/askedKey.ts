import type { KeyKind } from '../contract/keyKinds';

/** One key of a key set as a suspect is asked it. Lists of keys are always in the committed order. */
export interface AskedKey {
  /** Number of the key in its set, from 0. */
  readonly index: number;
  /** What a user would type: the question of a chat key, otherwise the opening words. */
  readonly text: string;
  /** Exactly what the marked model reads: begin token and chat template included. */
  readonly ids: readonly number[];
  /** The k first tokens that the response was drawn from, in the committed order. */
  readonly candidates: readonly number[];
  /** The text that each candidate adds to the key's, space included. */
  readonly candidateTexts: readonly string[];
  /** The response; its first token is the drawn candidate. */
  readonly responseIds: readonly number[];
  readonly responseText: string;
  readonly spent: boolean;
  /** Undefined for keys of earlier versions and in reports about them. */
  readonly kind?: KeyKind | undefined;
  /** Whether it asks nearly the same as an earlier key of the set: such a key counts for neither side. */
  readonly isRepeat?: boolean;
}

/** The position of the drawn candidate in the committed list, 0 to k − 1. */
export function drawnIndex(key: AskedKey): number {
  return key.candidates.indexOf(key.responseIds[0]!);
}
