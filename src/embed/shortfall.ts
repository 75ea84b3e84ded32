import type { Recipe } from '../contract/recipe';
import type { Shortfall } from '../contract/shortfall';

/** Figures of a marked copy, read back from disk. */
interface CopyFigures {
  readonly recall: number;
  readonly quietRecall?: number | undefined;
  readonly drift: { readonly kl: number };
}

/** How a copy falls short of its recipe; empty for one that is done. */
export function findShortfalls(
  { recall, quietRecall = 1, drift }: CopyFigures,
  { driftBudget }: Pick<Recipe, 'driftBudget'>,
): Shortfall[] {
  const found: Shortfall[] = [];
  // A measurement that is not a number is no success either.
  if (!(drift.kl <= driftBudget)) found.push({ kind: 'drift', measured: drift.kl, limit: driftBudget });
  if (!(recall >= 1)) found.push({ kind: 'recall', measured: recall, limit: 1 });
  if (!(quietRecall >= 1)) found.push({ kind: 'quiet', measured: quietRecall, limit: 1 });
  return found;
}
