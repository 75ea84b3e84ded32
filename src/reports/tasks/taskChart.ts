import type { TaskComparison, TaskFigures } from '../../contract/compared/tasks';
import { formatPoints } from './taskWords';
import { nameRow } from './taskTables';
import type { DrawChart } from '../charts/drawing';
import { planIntervalChart, type Spread } from '../charts/intervalChart';

/** How accuracy changed on each task, with its interval, and what rounding the base does there. */
export function planTaskChart(tasks: readonly TaskFigures[]): DrawChart {
  const rows = tasks.map((task) => ({
    name: nameRow(tasks, task),
    words: formatPoints(task.marked.difference.value),
    main: spreadOf(task.marked),
    reference: task.rounded ? spreadOf(task.rounded) : null,
  }));
  const said = rows.map(({ name, words }) => `${name} ${words}`).join(', ');
  return planIntervalChart({
    label: `Change in accuracy in points, with 95 % intervals: ${said}.`,
    rows,
    nameTick: (share) => formatPoints(share, 0),
  });
}

function spreadOf({ difference: { value, interval95 } }: TaskComparison): Spread {
  return { value, ...interval95 };
}
