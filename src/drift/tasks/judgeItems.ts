import type { TaskScore } from '../../contract/compared/tasks';
import { argmax } from '../../engine/argmax';
import type { Scored } from './scoreQuestions';
import type { TaskItem } from './taskItem';

/** An item as a model answered it. */
export interface JudgedItem {
  readonly isRight: boolean;
  /** The same with log-likelihoods divided by the characters of the choices. */
  readonly isRightNormalised: boolean;
  /** Σ log p of the right continuation, in nats. */
  readonly logLikelihood: number;
}

/**
 * Of several choices the likeliest is a model's answer; the only choice of a cloze item is answered where all its
 * tokens are the likeliest (`acc` and `acc_norm` of lm-evaluation-harness).
 * @param scored one for each choice.
 */
export function judgeItem({ choices, right }: TaskItem, scored: readonly Scored[]): JudgedItem {
  const sums = scored.map(({ logLikelihood }) => logLikelihood);
  const { isGreedy, logLikelihood } = scored[right]!;
  if (choices.length === 1) return { isRight: isGreedy, isRightNormalised: isGreedy, logLikelihood };
  const normalised = sums.map((sum, i) => sum / choices[i]!.characters);
  const isBest = (values: readonly number[]): boolean =>
    values.every((v) => !Number.isNaN(v)) && argmax(values) === right;
  return { isRight: isBest(sums), isRightNormalised: isBest(normalised), logLikelihood };
}

/** @param hasNormalised whether the normalised accuracy is one of the task's figures. */
export function summariseItems(
  items: readonly JudgedItem[],
  { isCloze, hasNormalised }: { readonly isCloze: boolean; readonly hasNormalised: boolean },
): TaskScore {
  const shareOf = (isRight: (item: JudgedItem) => boolean): number =>
    items.filter(isRight).length / items.length;
  const meanLoss = -items.reduce((sum, { logLikelihood }) => sum + logLikelihood, 0) / items.length;
  const perplexity = Math.exp(meanLoss);
  return {
    acc: shareOf((item) => item.isRight),
    accNorm: hasNormalised ? shareOf((item) => item.isRightNormalised) : null,
    // JSON has no form for what is not a number.
    perplexity: isCloze && Number.isFinite(perplexity) ? Math.max(1, perplexity) : null,
  };
}
