import { usualTaskItems, type TaskFigures, type TaskFile } from '../../contract/compared/tasks';
import { readTask, type ReadTask } from '../../drift/tasks/readTask';
import { formatCounted } from '../../words/numbers';
import { nameTask } from '../../words/tasks';
import { sayLeftOut } from './ownTexts';

/** The tasks of a measurement. */
interface DriftTasks {
  readonly tasks: readonly ReadTask[];
  /** A sentence for each file that has rows which are none of its task. */
  readonly notes: readonly string[];
}

/** @throws UserError as readTask. */
export async function readDriftTasks(
  files: readonly TaskFile[] = [],
  mostItems = usualTaskItems,
): Promise<DriftTasks> {
  const tasks: ReadTask[] = [];
  const notes: string[] = [];
  for (const file of files) {
    const task = await readTask(file, mostItems);
    tasks.push(task);
    const { count, first } = task.badRows;
    if (count === 0) continue;
    const which = `${count > first.length ? 'the first are ' : ''}row ${first.join(', ')}`;
    notes.push(sayLeftOut(file.path, count, `not the fields of ${nameTask(task.name)} (${which})`));
  }
  return { tasks, notes };
}

/** A sentence for each task whose chosen items the models could not all read. */
export function sayUnread(tasks: readonly ReadTask[], measured: readonly TaskFigures[]): string[] {
  return tasks.flatMap(({ file, items: chosen }, i) => {
    const unread = chosen.length - measured[i]!.items;
    return unread === 0
      ? []
      : [`${formatCounted(unread, 'item')} of ${file} could not be asked: an answer is empty or too long.`];
  });
}
