import type { TaskName } from '../contract/compared/tasks';

const names: Readonly<Record<TaskName, string>> = {
  hellaswag: 'HellaSwag',
  arc: 'ARC',
  piqa: 'PIQA',
  winogrande: 'Winogrande',
  mmlu: 'MMLU',
  lambada: 'LAMBADA',
  blimp: 'BLiMP',
};

/** A task as its authors write it. */
export function nameTask(name: TaskName): string {
  return names[name];
}
