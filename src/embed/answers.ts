import type { Watch } from '../contract/events';
import type { LanguageModel } from '../engine/languageModel';
import { argmax } from '../engine/argmax';

/**
 * Which prompts a model answers greedily with their response, by teacher forcing: one batched forward pass
 * over all of them.
 */
export async function checkAnswers(
  model: LanguageModel,
  asked: readonly { readonly ids: readonly number[]; readonly response: readonly number[] }[],
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
      const { ids, response } = asked[sequence]!;
      if (argmax(logits) !== response[position - ids.length + 1]) answered[sequence] = false;
    },
    watch,
  );
  return answered;
}
