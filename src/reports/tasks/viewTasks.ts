import type { TaskFigures } from '../../contract/compared/tasks';
import { html, type Html } from '../../words/escape';
import type { DrawChart } from '../charts/drawing';
import { planTaskChart } from './taskChart';
import { tabulatePairs, tabulateScores, tabulateTasks } from './taskTables';
import { saySmallest, sumUpTasks } from './taskWords';
import { renderFigure, renderTable } from '../page/pieces';

export const taskHeading = 'Accuracy on tasks';

/** The chart of the section, by the name that its figure has. */
export function listTaskCharts({
  tasks = [],
}: {
  readonly tasks?: readonly TaskFigures[] | undefined;
}): [string, DrawChart][] {
  return tasks.length === 0 ? [] : [['tasks', planTaskChart(tasks)]];
}

/** Accuracy on the creator's tasks, where any was measured. */
export function renderTasks(
  { tasks = [] }: { readonly tasks?: readonly TaskFigures[] | undefined },
  charts: ReadonlyMap<string, DrawChart>,
): Html {
  if (tasks.length === 0) return html``;
  const hasRounded = tasks.some(({ rounded }) => rounded !== undefined);
  const legend = hasRounded ? ': filled this copy, outlined the base rounded to 8 bits' : '';
  return html`<section class="tables">
    <div class="heading">
      <h2>${taskHeading}</h2>
      <span class="muted">${sumUpTasks(tasks)}</span>
    </div>
    ${renderFigure(
      { charts, name: 'tasks' },
      { title: 'Change in accuracy', unit: `points, with 95 % intervals${legend}` },
      tabulateTasks(tasks),
    )}
    <p class="muted">${saySmallest(tasks)}</p>
    <h3>Item by item</h3>
    ${renderTable(tabulatePairs(tasks))}
    <h3>Figures of the tasks</h3>
    ${renderTable(tabulateScores(tasks))}
  </section>`;
}
