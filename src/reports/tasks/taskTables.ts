import type { TaskComparison, TaskFigures } from '../../contract/compared/tasks';
import { formatCount, formatFixed, formatPercent } from '../../words/numbers';
import { nameTask } from '../../words/tasks';
import { accuracyOf, formatPlainP, formatPoints } from './taskWords';
import type { Table } from '../tables/table';

/** Accuracy before and after, with what decides between the two. */
export function tabulateTasks(tasks: readonly TaskFigures[]): Table {
  return {
    caption:
      'The same items for both models, without examples; McNemar’s exact test, corrected for all tasks (Holm)',
    columns: [
      { name: 'Task' },
      { name: 'Items', isNumber: true, isWideOnly: true },
      { name: 'Base', isNumber: true },
      { name: 'Marked', isNumber: true },
      { name: 'Change, points', isNumber: true },
      { name: '95 % interval', isNumber: true, isWideOnly: true },
      { name: 'p', isNumber: true, isWideOnly: true },
      { name: 'p, corrected', isNumber: true },
      { name: 'Smallest seen', isNumber: true, isWideOnly: true },
    ],
    rows: tasks.map((task) => [
      nameRow(tasks, task),
      formatCount(task.items),
      formatPercent(accuracyOf(task, task.base), 1),
      formatPercent(accuracyOf(task, task.marked.score), 1),
      formatPoints(task.marked.difference.value),
      formatPointRange(task.marked.difference.interval95),
      formatPlainP(task.marked.p),
      formatPlainP(task.holmP),
      task.smallestDifference === null ? '–' : formatFixed(100 * task.smallestDifference, 1),
    ]),
    strongRow: -1,
  };
}

/** Who was right on which items, for the copy and for the rounded base. */
export function tabulatePairs(tasks: readonly TaskFigures[]): Table {
  return {
    caption: 'Items by who was right; compared with the base',
    columns: [
      { name: 'Task' },
      { name: 'Compared' },
      { name: 'Both', isNumber: true, isWideOnly: true },
      { name: 'Only the base', isNumber: true },
      { name: 'Only the other', isNumber: true },
      { name: 'Neither', isNumber: true, isWideOnly: true },
      { name: 'Change, points', isNumber: true },
      { name: '95 % interval', isNumber: true, isWideOnly: true },
      { name: 'p', isNumber: true },
    ],
    rows: tasks.flatMap((task) => [
      pairRow(nameRow(tasks, task), 'This copy', task.marked),
      ...(task.rounded ? [pairRow('', `Base, ${task.rounded.bits} bits`, task.rounded)] : []),
    ]),
    strongRow: -1,
  };
}

/** Every figure that lm-evaluation-harness reports for these tasks. */
export function tabulateScores(tasks: readonly TaskFigures[]): Table {
  return {
    caption: 'As lm-evaluation-harness names them: acc, acc_norm and perplexity; base, then marked',
    columns: [
      { name: 'Task' },
      { name: 'acc', isNumber: true },
      { name: 'acc_norm', isNumber: true },
      { name: 'Perplexity', isNumber: true, isWideOnly: true },
      { name: 'File', isWideOnly: true },
    ],
    rows: tasks.map((task) => {
      const scores = [task.base, task.marked.score];
      const both = (show: (score: TaskFigures['base']) => string): string => scores.map(show).join(' → ');
      return [
        nameTask(task.name),
        both(({ acc }) => formatFixed(acc, 4)),
        task.base.accNorm === null ? '–' : both(({ accNorm }) => formatFixed(accNorm ?? Number.NaN, 4)),
        task.base.perplexity === null
          ? '–'
          : both(({ perplexity }) => (perplexity === null ? 'no number' : formatFixed(perplexity, 1))),
        task.file,
      ];
    }),
    strongRow: -1,
  };
}

function pairRow(name: string, compared: string, { pairs, difference, p }: TaskComparison): string[] {
  const counts = [pairs.both, pairs.onlyBase, pairs.onlyOther, pairs.neither].map(formatCount);
  return [
    name,
    compared,
    ...counts,
    formatPoints(difference.value),
    formatPointRange(difference.interval95),
    formatPlainP(p),
  ];
}

/** The name of a task; where it was measured on several files, with that of the file. */
export function nameRow(tasks: readonly TaskFigures[], { name, file }: TaskFigures): string {
  const isAlone = tasks.filter((other) => other.name === name).length === 1;
  return isAlone ? nameTask(name) : `${nameTask(name)} (${file})`;
}

function formatPointRange({ low, high }: { readonly low: number; readonly high: number }): string {
  return `${formatPoints(low)} to ${formatPoints(high)}`;
}
