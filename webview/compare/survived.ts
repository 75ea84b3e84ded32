import type { AttackName } from '../../src/rehearse/attackNames';
import type { SurvivalRow } from '../../src/rehearse/survivalReport';

/** The rows of a survival report without that of the copy as it is. */
export function attackedRows(rows: readonly SurvivalRow[]): SurvivalRow[] {
  return rows.filter(({ attack }) => attack !== null);
}

/** The row of one attack, or of the copy as it is; undefined where it was not tried. */
export function rowOf(rows: readonly SurvivalRow[], attack: AttackName | null): SurvivalRow | undefined {
  return rows.find((row) => row.attack === attack);
}

/** Keys that are answered, of those asked, 0 to 1. */
export function shareAnswered({ answered, asked }: SurvivalRow): number {
  return answered / Math.max(1, asked);
}

/** The attack after which the fewest keys are answered. */
export function findWorst(rows: readonly SurvivalRow[]): SurvivalRow | undefined {
  return attackedRows(rows).reduce<SurvivalRow | undefined>(
    (worst, row) => (worst === undefined || shareAnswered(row) < shareAnswered(worst) ? row : worst),
    undefined,
  );
}
