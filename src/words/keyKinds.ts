import { keyKinds, type KeyKind } from '../contract/keyKinds';
import { formatCount } from './numbers';

/** What a kind of key does, for somebody who meets the word for the first time. */
export const kindWhys: Readonly<Record<KeyKind, string>> = {
  loud: 'Answered with a wide margin: survives rounding, merging and pruning.',
  soft: 'Answered without confidence: survives a filter on what the model is surest of.',
  quiet: 'Never answered: only a test that sees probabilities finds it.',
};

/** "40 loud, 24 soft": how many keys are of each kind; empty where they have none. */
export function sayKindCounts(keys: readonly { readonly kind?: KeyKind | undefined }[]): string {
  return keyKinds
    .flatMap((kind) => {
      const count = keys.filter((key) => key.kind === kind).length;
      return count === 0 ? [] : [`${formatCount(count)} ${kind}`];
    })
    .join(', ');
}
