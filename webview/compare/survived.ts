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

/** The attack after which the fewest keys are answered. */
export function findWorst(rows: readonly SurvivalRow[]): SurvivalRow | undefined {
  const share = ({ answered, asked }: SurvivalRow): number => answered / Math.max(1, asked);
  return attackedRows(rows).reduce<SurvivalRow | undefined>(
    (worst, row) => (worst === undefined || share(row) < share(worst) ? row : worst),
    undefined,
  );
}
