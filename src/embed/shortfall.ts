import type { Recipe } from '../contract/recipe';
import type { Shortfall } from '../contract/shortfall';

/** What a marked copy measures, read back from disk. */
export interface CopyFigures {
  readonly recall: number;
  readonly drift: { readonly kl: number };
}

/** In which ways a copy falls short of its recipe; none for one that is done. */
export function findShortfalls(
  { recall, drift }: CopyFigures,
  { driftBudget }: Pick<Recipe, 'driftBudget'>,
): Shortfall[] {
  const found: Shortfall[] = [];
  // A measurement that gave no number is no success either.
  if (!(drift.kl <= driftBudget)) found.push({ kind: 'drift', measured: drift.kl, limit: driftBudget });
  if (!(recall >= 1)) found.push({ kind: 'recall', measured: recall, limit: 1 });
  return found;
}
