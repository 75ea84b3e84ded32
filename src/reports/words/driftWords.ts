import { usualDriftBudget } from '../../contract/recipe';
import type { DriftReport } from '../../drift/driftReport';
import { formatBudget, formatDriftInNats, sayNats } from '../../words/drift';
import { formatCount, formatPercentRange, formatSignedPercent } from '../../words/numbers';

/** The figures that these words are about; reports of version 0.1.0 have neither budget nor roundings. */
export type DriftFigures = Pick<
  DriftReport,
  'kl' | 'agreement' | 'lossRise' | 'unchangedShare' | 'budget' | 'roundings'
>;

type Rounding = NonNullable<DriftReport['roundings']>[number];

/** How far a model moved, against its budget and against what rounding the base does. */
export type DriftSize = 'none' | 'small' | 'noticeable' | 'large';

/**
 * Large: over its budget. Small: within half of its budget, and no further than rounding the base to 4 bits moves it,
 * where that was measured. Without a known budget, the usual one counts.
 */
export function sizeDrift({ kl, budget = usualDriftBudget, roundings }: DriftFigures): DriftSize {
  if (kl.value === 0) return 'none';
  if (!(kl.value <= budget)) return 'large';
  const rounded = roundings?.find(({ bits }) => bits === 4)?.kl.value ?? Infinity;
  return kl.value <= Math.min(budget / 2, rounded) ? 'small' : 'noticeable';
}

const moved: Readonly<Record<DriftSize, string>> = {
  none: 'Predictions did not move',
  small: 'Predictions moved a little',
  noticeable: 'Predictions moved noticeably',
  large: 'Predictions moved a lot',
};

/**
 * The headline, without a full stop: "Predictions moved a little: the likeliest next word is the same 92 times in
 * 100; long answers are mostly worded differently".
 */
export function sayHowFar(figures: DriftFigures): string {
  const { agreement, unchangedShare } = figures;
  const answers = unchangedShare === null ? '' : `; long answers are ${compareAnswers(unchangedShare)}`;
  return `${moved[sizeDrift(figures)]}: the likeliest next word is ${sayTimes(agreement.value)}${answers}`;
}

/** Rounded, except that less than always never reads as 100 times in 100. */
function sayTimes(share: number): string {
  if (share === 1) return 'always the same';
  const times = Math.round(100 * share);
  if (times === 100) return 'the same more than 99 times in 100';
  return `the same ${formatCount(times)} times in 100`;
}

function compareAnswers(unchangedShare: number): string {
  if (unchangedShare === 1) return 'the same word for word';
  if (unchangedShare >= 0.8) return 'mostly worded the same';
  return unchangedShare >= 0.4 ? 'partly worded differently' : 'mostly worded differently';
}

/** The sentences after the headline: the figure against budget and roundings, then the change in loss. */
export function explainHowFar(figures: DriftFigures): string {
  return [sayFigure(figures), ...sayRoundings(figures), sayLoss(figures.lossRise)].join(' ');
}

function sayFigure(figures: DriftFigures): string {
  const { kl, budget } = figures;
  const size = sizeDrift(figures);
  const change = size === 'none' ? '' : `, a ${size} change`;
  if (budget !== undefined)
    return `Drift is ${formatDriftInNats({ kl: kl.value, budget })} (the budget of its recipe)${change}.`;
  return `Drift is ${formatDriftInNats({ kl: kl.value })}${change} against the usual budget of ${formatBudget(usualDriftBudget)}.`;
}

/** What rounding its weights does to the base on the same text. */
function sayRoundings({ kl, roundings = [] }: DriftFigures): string[] {
  if (roundings.length < 2 || kl.value === 0) return [];
  const [fine, coarse] = [...roundings].sort((a, b) => b.bits - a.bits) as [Rounding, Rounding];
  const place =
    kl.value > coarse.kl.value
      ? 'this copy moved further than both'
      : kl.value > fine.kl.value
        ? 'this copy is between the two'
        : 'this copy moved less than both';
  return [
    `On the same text, rounding the base to ${fine.bits} bits moves it by ${sayNats(fine.kl.value)} and to ${coarse.bits} bits by ${sayNats(coarse.kl.value)}: ${place}.`,
  ];
}

/** A change is one in either direction: training can lower the loss on its own kind of text. */
function sayLoss({ value, interval95 }: DriftFigures['lossRise']): string {
  if (Math.abs(value) < 0.00005) return 'The loss did not change.';
  const range = interval95 ? ` (95\u202f% interval ${formatPercentRange(interval95, 2)})` : '';
  const isWithinChance = interval95 !== null && interval95.low <= 0 && interval95.high >= 0;
  return `The loss changed by ${formatSignedPercent(value, 2)}${range}${isWithinChance ? ', which is within chance' : ''}.`;
}
