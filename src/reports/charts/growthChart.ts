import { followEvidence, type Growth } from '../../verify/evidence/growth';
import type { VerifyReport } from '../../verify/verifyReport';
import { formatCounted, formatOf } from '../../words/numbers';
import { allowsMatch } from '../words/findings';
import { planLineChart } from './lineChart';
import type { DrawChart } from './drawing';

/** How the evidence of a verification grew with the keys. */
export interface EvidenceGrowth {
  /** The first keys and the p-values that they give. */
  readonly points: readonly Growth[];
  /** log10 of the p-value that one test has to be below. */
  readonly limit: number;
  /** The number of keys from which on a test was always below the limit; undefined where none is at the end. */
  readonly enoughFrom: number | undefined;
  readonly hasDraw: boolean;
}

/** Undefined where nothing was asked, or where it would take too long. */
export function planGrowth(report: VerifyReport): EvidenceGrowth | undefined {
  const { keys, draws, verdict, claim } = report;
  const best = draws.reduce<VerifyReport['draws'][number] | undefined>(
    (least, draw) => (least === undefined || draw.log10P < least.log10P ? draw : least),
    undefined,
  );
  const counted = keys.filter(({ asked }) => asked);
  const points = followEvidence(
    counted.map(({ candidateCount, answered, ranks }) => ({
      candidateCount,
      answered,
      rank: ranks.find(({ score }) => score === best?.name)?.rank ?? null,
    })),
  );
  if (points.length === 0) return undefined;
  const limit = Math.log10(verdict.alpha / verdict.testCount) - (claim?.log10Tries ?? 0);
  return { points, limit, enoughFrom: findEnough(points, limit), hasDraw: best !== undefined };
}

function findEnough(points: readonly Growth[], limit: number): number | undefined {
  const isEnough = ({ answersLog10P, drawLog10P }: Growth): boolean =>
    Math.min(answersLog10P, drawLog10P) < limit;
  const lastShort = points.findLastIndex((point) => !isEnough(point));
  return points[lastShort + 1]?.keys;
}

/** Minus log10 of both p-values by the number of keys, with the limit. */
export function planGrowthChart(report: VerifyReport, growth: EvidenceGrowth): DrawChart {
  const { points, limit, hasDraw } = growth;
  const series = (log10P: (point: Growth) => number): { x: number; y: number }[] => [
    { x: 0, y: 0 },
    ...points.map((point) => ({ x: point.keys, y: -log10P(point) })),
  ];
  const answers = series(({ answersLog10P }) => answersLog10P);
  return planLineChart({
    label: `How the evidence grew with the keys: ${sayEnough(growth)}.`,
    end: points.at(-1)!.keys,
    unit: 'keys',
    series: hasDraw ? [series(({ drawLog10P }) => drawLog10P), answers] : [answers],
    limits: [
      {
        value: -limit,
        words: allowsMatch(report.claim) ? 'enough for a match' : 'enough to agree',
        kind: 'rule',
      },
    ],
  });
}

/** "enough after 24 of 64 keys". */
export function sayEnough({ points, enoughFrom }: EvidenceGrowth): string {
  const all = points.at(-1)!.keys;
  return enoughFrom === undefined
    ? `not enough after ${formatCounted(all, 'key')}`
    : `enough after ${formatOf(enoughFrom, all)} keys`;
}
