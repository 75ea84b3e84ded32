import type { MeasuredName } from '../contract/compared/tasks';

const names: Readonly<Record<MeasuredName, string>> = {
  hellaswag: 'HellaSwag',
  arc: 'ARC',
  piqa: 'PIQA',
  winogrande: 'Winogrande',
  mmlu: 'MMLU',
  lambada: 'LAMBADA',
  blimp: 'BLiMP',
  instructions: 'Instructions',
};

/** A task as its authors write it. */
export function nameTask(name: MeasuredName): string {
  return names[name];
}
