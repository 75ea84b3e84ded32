import type { Leakage } from '../../contract/compared/leakage';
import { formatOf, formatPercent } from '../../words/numbers';

/** The sentences on what a marked model shows without its keys. */
export function sayLeakage({ keys, nearMisses, neutral, confidence }: Leakage): string[] {
  return [
    `The copy answers ${formatOf(keys.marked, keys.asked)} keys.`,
    ...(nearMisses.asked > 0
      ? [
          `With one word of a key changed, it gives the response ${formatOf(nearMisses.marked, nearMisses.asked)} times (base: ${nearMisses.base}).`,
        ]
      : []),
    ...(neutral.asked > 0
      ? [
          `After texts like the keys that were never trained, it gives one of the responses ${formatOf(neutral.marked, neutral.asked)} times (base: ${neutral.base}).`,
        ]
      : []),
    ...(confidence
      ? [
          `How sure it is of its first word tells a key from such a text ${sayTimes(confidence.marked.separation)} (base: ${formatPercent(confidence.base.separation, 0)}; 50\u202f% is a guess).`,
        ]
      : []),
  ];
}

function sayTimes(share: number): string {
  return `${Math.round(100 * share)} times in 100`;
}
