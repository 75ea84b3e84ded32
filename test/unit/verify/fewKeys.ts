import type { AskedKey } from '../../../src/verify/askedKey';

export const vocabularySize = 12;

/** A key with the four candidates 2 to 5. */
export function keyOf(index: number, ids: number[], responseIds: number[]): AskedKey {
  return {
    index,
    text: 'secret question',
    ids,
    candidates: [2, 3, 4, 5],
    candidateTexts: ['two', 'three', 'four', 'five'],
    responseIds,
    responseText: 'three',
    spent: false,
  };
}

/** Smooth made-up logits that depend on the whole prefix. */
export function baseLogits(prefix: readonly number[]): number[] {
  const state = prefix.reduce((sum, id, i) => sum + Math.sin(id * (i + 1)), 0);
  return Array.from({ length: vocabularySize }, (_, token) => 2 * Math.sin(state + token * token));
}

export const keys = [keyOf(4, [1, 6, 7], [3]), keyOf(0, [1, 8], [4, 9, 10]), keyOf(2, [1, 9, 9, 9], [5])];
