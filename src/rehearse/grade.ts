import type { Grade, RehearsalRow } from './rehearsalReport';

/** A thief whose model loses more than this of its loss has ruined it. */
export const ruinousCost = 0.2;

/** Whether a verification would still find the mark. */
export function isFound({ verdict }: Pick<RehearsalRow, 'verdict'>): boolean {
  return verdict === 'match' || verdict === 'agrees';
}

/** Whether an attack costs the thief the model. */
export function isRuined({ cost }: Pick<RehearsalRow, 'cost'>): boolean {
  return cost !== null && cost > ruinousCost;
}

/**
 * The grade of a rehearsal, over the attacks that do not ruin the model:
 * A the mark is found after each, and at least half of the keys are answered after each; B found after each;
 * C after three quarters or more; D after half or more; E after any; F after none, or not in the copy as it is.
 * @param rows the copy as it is, with no attack, and at least one attack.
 */
export function gradeRehearsal(rows: readonly RehearsalRow[]): Grade {
  const attacked = rows.filter((row) => row.attack !== null && !isRuined(row));
  const found = attacked.filter(isFound);
  const isLost = rows.some((row) => row.attack === null && !isFound(row));
  if (isLost || found.length === 0) return 'F';
  const share = found.length / attacked.length;
  if (share === 1) return attacked.every(({ answered, asked }) => answered >= asked / 2) ? 'A' : 'B';
  if (share >= 0.75) return 'C';
  return share >= 0.5 ? 'D' : 'E';
}
