import type { Recipe } from '../contract/recipe';

/** What a check found. */
export interface Checks {
  /** The step at which this was measured. */
  readonly step: number;
  /** Share of keys answered, 0 to 1, and the smallest margin, in nats. */
  readonly recall: number;
  readonly smallestMargin: number;
  /** Mean KL from the base on held-back text, in nats a token. */
  readonly divergence: number;
}

/*
 * How a run keeps to its drift budget. Drift grows with the square of the learning rate, so a run that has
 * left its budget goes back and continues at a rate that follows from the excess.
 */

/** Drift is measured on little text, and the written copy is rounded: a run keeps this far below its budget. */
const headroom = 0.95;
/** After a step whose divergence on its own text is this many times the budget, a check follows at once. */
const alarm = 5;
/** After this many returns the run ends with its best state. */
export const mostReturns = 5;
/** The rate is lowered by at least the first factor, and at most by the second. */
const leastCut = 1 / 2;
const mostCut = 1 / 30;
/** A share of the rate that would just stay within the budget. */
const caution = 0.7;

type Budget = Pick<Recipe, 'driftBudget'>;

/** Whether a state may be kept. A divergence that is not a number never may. */
export function isWithinBudget({ divergence }: Pick<Checks, 'divergence'>, { driftBudget }: Budget): boolean {
  return divergence <= headroom * driftBudget;
}

/** Whether a step's own figures are reason to check at once. */
export function raisesAlarm(
  { keyLoss, divergence }: { keyLoss: number; divergence: number },
  { driftBudget }: Budget,
): boolean {
  return !Number.isFinite(keyLoss) || !(divergence <= alarm * driftBudget);
}

/** Whether a run may go on at twice its rate: drift grows with the square of the rate at most. */
export function leavesRoom({ divergence }: Pick<Checks, 'divergence'>, { driftBudget }: Budget): boolean {
  return divergence < driftBudget / 2;
}

/** The factor by which the rate is lowered after a drift beyond the budget. */
export function cutOfRate({ divergence }: Pick<Checks, 'divergence'>, { driftBudget }: Budget): number {
  const fitting = caution * Math.sqrt(driftBudget / divergence);
  return Number.isFinite(fitting) ? Math.min(leastCut, Math.max(mostCut, fitting)) : mostCut;
}

/** One sentence on what to change in a recipe whose run missed its goals. */
export function adviseOn(
  { recall, divergence }: Pick<Checks, 'recall' | 'divergence'>,
  { driftBudget }: Budget,
): string {
  if (!(divergence <= driftBudget))
    return 'Lower "learningRate" in the recipe, or raise its "driftBudget" if you accept a model that has changed this much.';
  if (recall < 1 && leavesRoom({ divergence }, { driftBudget }))
    return 'Half of the drift budget or more is unused: raise "steps" in the recipe, or "learningRate" where the run never exceeded its budget.';
  return 'The drift budget is used up: use fewer keys, train more layers, or raise "driftBudget" in the recipe.';
}
