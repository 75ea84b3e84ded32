import type { TaskComparison, TaskFigures, TaskScore } from '../../contract/compared/tasks';
import { correctHolm } from '../../verify/statistics/holm';
import { countPairs, mcnemarLog10P, pairedInterval, smallestDifference } from './pairedTest';

/** The figures of one task, before those of the others are known. */
export type UncorrectedFigures = Omit<TaskFigures, 'holmP'>;

/** Compares who was right on which items. `score` is that of the other model. */
export function compareAnswers(
  base: readonly boolean[],
  other: readonly boolean[],
  score: TaskScore,
): TaskComparison {
  const pairs = countPairs(base, other);
  return {
    score,
    pairs,
    difference: {
      value: (pairs.onlyOther - pairs.onlyBase) / base.length,
      interval95: { ...pairedInterval(pairs) },
    },
    p: 10 ** mcnemarLog10P(pairs),
  };
}

/** The smallest difference that the items of a comparison could show; null where there are too few. */
export function findSmallest({ pairs }: TaskComparison): number | null {
  const { both, onlyBase, onlyOther, neither } = pairs;
  return smallestDifference(both + onlyBase + onlyOther + neither, onlyBase + onlyOther) ?? null;
}

/** Corrects the p-values of the marked model for all tasks of a measurement. */
export function correctTasks(figures: readonly UncorrectedFigures[]): TaskFigures[] {
  const corrected = correctHolm(figures.map(({ marked }) => Math.log10(marked.p)));
  return figures.map((task, i) => ({ ...task, holmP: 10 ** corrected[i]! }));
}
