import type { VerifyReport } from '../../verify/verifyReport';
import { formatFixed, formatOf } from '../../words/numbers';
import { planBarChart } from './barChart';
import type { DrawChart } from './drawing';

/** Where the drawn words rank among their candidates, in front of the counts expected by chance. */
export function planRankHistogram(draw: VerifyReport['draws'][number]): DrawChart {
  return planBarChart({
    label: `${formatOf(draw.firsts, draw.asked)} drawn words rank first among their candidates; expected by chance: ${formatFixed(draw.expectedFirsts, 1)}.`,
    bars: draw.histogram.map(({ rank, seen }) => ({ name: nameRank(rank), value: seen })),
    names: 'bars',
    reference: draw.histogram.map(({ expected }) => expected),
  });
}

/** The name of a rank: "1st" of rank 0. */
export function nameRank(rank: number): string {
  const place = rank + 1;
  const teen = place % 100 >= 11 && place % 100 <= 13;
  const ending = teen ? 'th' : (['th', 'st', 'nd', 'rd'][place % 10] ?? 'th');
  return `${place}${ending}`;
}
