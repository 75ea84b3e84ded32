import type { ModelView } from '../../../src/protocol/panel/model';

/** Whether nothing that is known of the chosen model stands against keys for it. */
export function canBeMarked({ chosen }: ModelView): boolean {
  return chosen?.problem === null && chosen.checks.every(({ state }) => state !== 'failed');
}
