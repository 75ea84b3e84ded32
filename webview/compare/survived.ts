import type { ComparedRelease } from '../../src/protocol/compare';
import type { RehearsalRow } from '../../src/rehearse/rehearsalReport';

/** The rows of a rehearsal report without that of the copy as it is. */
export function attackedRows(rows: readonly RehearsalRow[]): RehearsalRow[] {
  return rows.filter(({ attack }) => attack !== null);
}

/** Null for the copy as it is, then every attack that was tried on any of the releases. */
export function listTried(releases: readonly ComparedRelease[]): (string | null)[] {
  const tried = releases.flatMap(({ rehearsal }) => rehearsal?.rows.map(({ attack }) => attack) ?? []);
  return [...new Set([null, ...tried])];
}

/** The row of one attack, or of the copy as it is; undefined where it was not tried. */
export function rowOf(rows: readonly RehearsalRow[], attack: string | null): RehearsalRow | undefined {
  return rows.find((row) => row.attack === attack);
}

/** Keys that are answered, of those asked, 0 to 1. */
export function shareAnswered({ answered, asked }: RehearsalRow): number {
  return answered / Math.max(1, asked);
}

/** The attack after which the fewest keys are answered. */
export function findWorst(rows: readonly RehearsalRow[]): RehearsalRow | undefined {
  return attackedRows(rows).reduce<RehearsalRow | undefined>(
    (worst, row) => (worst === undefined || shareAnswered(row) < shareAnswered(worst) ? row : worst),
    undefined,
  );
}
