import { phases } from '../../contract/phases';
import type { Watch } from '../../contract/events';
import type { RandomStream } from '../../common/random';
import type { LanguageModel } from '../../engine/languageModel';

interface BenignRequest {
  readonly model: LanguageModel;
  /**
   * The prompt that the model continues to write ordinary text: a begin token, or a chat template up to the
   * user's message.
   */
  readonly prompt: readonly number[];
  /** Tokens that end a text; none for a chat, where the turns continue. */
  readonly stopIds: readonly number[];
  readonly count: number;
  readonly tokens: number;
  readonly random: RandomStream;
}

/** Shorter texts show too little of a model to be worth a row of a batch. */
const fewestTokens = 8;

/** Ordinary text that the base model itself writes at temperature 1, prompt included, each at most `tokens` long. */
export async function generateBenignText(request: BenignRequest, watch: Watch): Promise<number[][]> {
  const { model, prompt, stopIds, count, random } = request;
  const maxTokens = Math.min(request.tokens, model.maxLength) - prompt.length;
  const texts: number[][] = [];
  let reported = 0;
  const report = (done: number): void => {
    if (done <= reported) return;
    reported = done;
    watch.report({ type: 'phase', phase: phases.writingOrdinaryText, done, total: count });
  };
  // A model that ends nearly every text at once would never reach the count.
  for (let tries = 0; texts.length < count && tries < 4 * count;) {
    const [kept, asked] = [texts.length, count - texts.length];
    // Some may turn out too short, so the last one is only reported when it is finished.
    const onStep = (share: number): void => report(kept + Math.floor(share * (asked - 1)));
    const samples = await model.sample(
      { prompt, count: asked, maxTokens, temperature: 1, stopIds, random, onStep },
      watch,
    );
    tries += samples.length;
    const long = samples.filter(({ ids }) => prompt.length + ids.length >= fewestTokens);
    texts.push(...long.map(({ ids }) => [...prompt, ...ids]));
    report(texts.length);
  }
  return texts;
}

/** Cuts the creator's own texts into pieces of at most `tokens`; each piece continues where the one before ended. */
export function cutTexts(texts: readonly (readonly number[])[], tokens: number): number[][] {
  return texts.flatMap((text) => {
    const pieces: number[][] = [];
    for (let start = 0; start < text.length; start += tokens) pieces.push(text.slice(start, start + tokens));
    return pieces.filter((piece) => piece.length >= fewestTokens);
  });
}
