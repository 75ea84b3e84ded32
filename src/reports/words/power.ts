import type { Power } from '../../verify/power';
import { formatCounted, formatOf, formatPower } from '../../words/numbers';

/** What a verdict of *no evidence* would have seen: one sentence with a full stop for each fact. */
export function sayPower({ asked, byDraw, needed, copies }: Power): string[] {
  const what = byDraw ? 'drawn words at the first rank' : 'keys answered';
  const limit =
    needed === undefined
      ? `Not even ${formatOf(asked, asked)} ${what} would have been enough to see a copy.`
      : `${formatOf(needed, asked)} ${what} would have been enough to see a copy${byDraw ? ', with the others as by chance' : ''}.`;
  const seen = copies.filter(({ isSeen }) => isSeen);
  const unseen = copies.filter(({ isSeen }) => !isSeen);
  return [
    limit,
    ...(seen.length === 0
      ? []
      : [
          `As measured on two models, a copy of a marked model would have shown itself: ${seen
            .map(({ done, log10P }) => `${done}, by about ${formatPower(Math.ceil(log10P))}`)
            .join('; ')}.`,
        ]),
    ...(unseen.length === 0
      ? []
      : [`It could have been missed if it was ${unseen.map(sayUnseen).join(', or ')}.`]),
  ];
}

function sayUnseen({ done, keysNeeded }: Power['copies'][number]): string {
  return keysNeeded === undefined ? done : `${done} (that would need ${formatCounted(keysNeeded, 'key')})`;
}
