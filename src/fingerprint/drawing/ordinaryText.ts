import type { Watch } from '../../contract/events';
import type { LanguageModel } from '../../engine/languageModel';
import type { SampledDraft } from '../keyForm';

/** Bounds of the mean negative log-likelihood of ordinary text, in nats a token. */
export interface OrdinaryRange {
  readonly low: number;
  readonly high: number;
}

/** Share of ordinary text inside the range. */
const centralShare = 0.95;

/**
 * The mean negative log-likelihood of each draft's own tokens under the model, in nats a token: recorded when
 * the model wrote them, or measured where it was not.
 */
export async function measureSurprise(
  model: LanguageModel,
  drafts: readonly Pick<SampledDraft, 'ownRows' | 'surprise'>[],
  watch?: Watch,
): Promise<number[]> {
  const measured = drafts.filter(({ surprise }) => surprise === undefined).map(({ ownRows }) => ownRows);
  const sums = measured.map(() => 0);
  await model.visitRows(
    measured,
    ({ sequence, position, logits }) => {
      const next = measured[sequence]!.ids[position + 1]!;
      sums[sequence]! += computeLogSumExp(logits) - logits[next]!;
    },
    watch,
  );
  let used = 0;
  return drafts.map(({ surprise, ownRows }) => surprise ?? sums[used++]! / ownRows.positions.length);
}

/** The central 95 % of the values: the nearest values inside the 2.5 % and 97.5 % quantiles. */
export function findCentralRange(values: readonly number[]): OrdinaryRange {
  const sorted = [...values].sort((left, right) => left - right);
  const cut = Math.floor(((1 - centralShare) / 2) * sorted.length);
  return { low: sorted[cut] ?? NaN, high: sorted[sorted.length - 1 - cut] ?? NaN };
}

function computeLogSumExp(logits: Float32Array): number {
  let highest = -Infinity;
  for (const logit of logits) if (logit > highest) highest = logit;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - highest);
  return highest + Math.log(sum);
}
