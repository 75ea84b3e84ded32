import type { TaskFigures } from '../../contract/compared/tasks';
import { formatCounted, formatFixed, formatPercent, formatSigned } from '../../words/numbers';
import { nameTask } from '../../words/tasks';

/** The limit below which a corrected p-value counts as a change. */
const alpha = 0.05;

/** "+1.5", "−0.5": percentage points. */
export function formatPoints(share: number, decimals = 1): string {
  return formatSigned(100 * share, decimals);
}

/** "0.031", "< 0.001". */
export function formatPlainP(p: number): string {
  if (p < 0.001) return '<\u202f0.001';
  return p > 0.9995 ? '1' : formatFixed(p, 3);
}

/** The accuracy that a task's pairs are counted by. */
export function accuracyOf({ measure }: TaskFigures, score: TaskFigures['base']): number {
  return measure === 'accNorm' ? (score.accNorm ?? score.acc) : score.acc;
}

/** What the tasks show, in a sentence without a full stop. */
export function sumUpTasks(tasks: readonly TaskFigures[]): string {
  const changed = tasks.filter(({ holmP }) => holmP <= alpha);
  const asked = tasks.length === 1 ? `the task ${nameTask(tasks[0]!.name)}` : `${tasks.length} tasks`;
  if (changed.length === 0) return `No change in accuracy was seen on ${asked}`;
  const parts = changed.map(
    ({ name, marked: { difference } }) => `${nameTask(name)} by ${formatPoints(difference.value)} points`,
  );
  return `Accuracy changed on ${changed.length} of ${formatCounted(tasks.length, 'task')}: ${parts.join(', ')}`;
}

/** What could not have been seen, in sentences. */
export function saySmallest(tasks: readonly TaskFigures[]): string {
  const parts = tasks.map(({ name, smallestDifference: least, items }) =>
    least === null
      ? `${nameTask(name)} has too few items to show any`
      : `${nameTask(name)} ${formatFixed(100 * least, 1)} points (${formatCounted(items, 'item')})`,
  );
  return `The smallest difference that would have been significant: ${parts.join('; ')}.`;
}

/** One line for the terminal: "HellaSwag: 31.0 % of 200 items before, 30.5 % after (−0.5 points, …)". */
export function sayTask(task: TaskFigures): string {
  const { base, marked, name, items, holmP } = task;
  const { low, high } = marked.difference.interval95;
  const before = formatPercent(accuracyOf(task, base), 1);
  const after = formatPercent(accuracyOf(task, marked.score), 1);
  const interval = `95\u202f% interval ${formatPoints(low)} to ${formatPoints(high)}`;
  const { onlyBase, onlyOther } = marked.pairs;
  return `${nameTask(name)}: ${before} of ${formatCounted(items, 'item')} right before, ${after} after (${formatPoints(marked.difference.value)} points, ${interval}; only the base right ${onlyBase}, only the copy ${onlyOther}, p ${formatPlainP(holmP)} after Holm’s correction).`;
}
