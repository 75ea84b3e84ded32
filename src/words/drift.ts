import { formatFixed, formatSmall } from './numbers';

/**
 * Drift as a single figure: the mean KL divergence of a marked model from its base on held-back text, in nats a
 * token. It is shown against the budget of the recipe.
 */
export interface DriftFigure {
  /** NaN where it could not be measured. */
  readonly kl: number;
  /** Undefined where the recipe is not known. */
  readonly budget?: number | undefined;
}

/** A drift of its budget, as every list shows it: "0.024 of 0.06"; without a budget "0.024". */
export function formatDrift({ kl, budget }: DriftFigure): string {
  if (budget === undefined) return Number.isNaN(kl) ? 'not a number' : formatSmall(kl);
  return `${formatDriftOver({ measured: kl, limit: budget })} of ${formatBudget(budget)}`;
}

/** The same with its unit: "0.024 of 0.06 nats a token". */
export function formatDriftInNats(figure: DriftFigure): string {
  return `${formatDrift(figure)} nats a token`;
}

/** A KL divergence in a sentence, without a power of ten: "0.035", "0.0006", "less than 0.0001". */
export function sayNats(kl: number): string {
  if (kl >= 0.000999) return formatSmall(kl);
  return kl < 0.0001 ? 'less than 0.0001' : formatFixed(kl, 4);
}

/** A drift beyond its budget, in enough digits to tell the two apart: "0.61", but "0.0604" where the budget is 0.06. */
export function formatDriftOver({
  measured,
  limit,
}: {
  readonly measured: number;
  readonly limit: number;
}): string {
  if (Number.isNaN(measured)) return 'not a number';
  const usual = formatSmall(measured);
  if (measured < 0.000999 || Number(measured.toPrecision(2)) > limit) return usual;
  for (let digits = 3; digits <= 8; digits++) {
    const shown = Number(measured.toPrecision(digits));
    if (shown > limit) return String(shown);
  }
  return usual;
}

/** A budget as it was set: "0.06", "10⁻⁶". */
export function formatBudget(budget: number): string {
  return budget < 0.000999 ? formatSmall(budget) : String(Number(budget.toPrecision(4)));
}
