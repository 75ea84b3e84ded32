import type { Watch } from '../contract/events';
import type { LanguageModel } from '../engine/languageModel';
import { argmax } from '../engine/argmax';

/** A prompt, and what is expected of the model after it. */
export interface AskedPrompt {
  readonly ids: readonly number[];
  readonly response: readonly number[];
  /** The only tokens that the first token of the response has to be likelier than; undefined for the whole vocabulary. */
  readonly rivals?: readonly number[] | undefined;
}

/**
 * After which prompts a model's likeliest continuation is the response, by teacher forcing: one batched forward
 * pass over all of them.
 */
export async function checkAnswers(
  model: LanguageModel,
  asked: readonly AskedPrompt[],
  watch: Watch,
): Promise<boolean[]> {
  const answered = asked.map(() => true);
  const rows = asked.map(({ ids, response }) => ({
    ids: [...ids, ...response.slice(0, -1)],
    positions: response.map((_, i) => ids.length - 1 + i),
  }));
  await model.visitRows(
    rows,
    ({ sequence, position, logits }) => {
      const { ids, response, rivals } = asked[sequence]!;
      const at = position - ids.length + 1;
      const likeliest = rivals && at === 0 ? likeliestOf(rivals, logits) : argmax(logits);
      if (likeliest !== response[at]) answered[sequence] = false;
    },
    watch,
  );
  return answered;
}

function likeliestOf(tokens: readonly number[], logits: Float32Array): number {
  return tokens.reduce((best, token) => (logits[token]! > logits[best]! ? token : best));
}
