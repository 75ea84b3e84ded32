import * as z from 'zod';
import type { Recipe } from './recipe';

/** Something that a marked copy was meant to reach and did not: whoever publishes it has to know. */
export interface Shortfall {
  /** `drift`: KL from the base on held-back text, in nats a token. `recall`: share of keys answered, 0 to 1. */
  readonly kind: 'drift' | 'recall';
  readonly measured: number;
  /** The largest drift, or the least recall, that was asked for. */
  readonly limit: number;
}

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

/** JSON has no number for a measurement that gave none: it says null. */
const figureSchema = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);

/** Shortfalls as journals and files hold them. */
export const shortfallsSchema = z
  .array(z.object({ kind: z.enum(['drift', 'recall']), measured: figureSchema, limit: z.number() }))
  .max(10);
