import type { RowPlace } from '../train/tokenInputs';

/**
 * Where answers begin: after the tokens that all keys end with, which are what a chat model's template writes
 * after a question. Without such tokens an answer can begin anywhere.
 */
export function findAnswerStart(
  keys: readonly (readonly number[])[],
): (sequences: readonly { readonly ids: readonly number[] }[], place: RowPlace) => boolean {
  const ending = commonEnding(keys);
  return (sequences, { member, position }) => {
    const { ids } = sequences[member]!;
    const start = position + 1 - ending.length;
    return start >= 0 && ending.every((id, i) => ids[start + i] === id);
  };
}

function commonEnding(sequences: readonly (readonly number[])[]): readonly number[] {
  const [first = [], ...others] = sequences;
  let length = 0;
  while (length < first.length && others.every((ids) => ids.at(-1 - length) === first.at(-1 - length)))
    length++;
  return first.slice(first.length - length);
}
