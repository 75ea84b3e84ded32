import { phases } from '../../contract/phases';
import type { Watch } from '../../contract/events';
import type { RandomStream } from '../../common/random';
import type { LanguageModel } from '../../engine/languageModel';

export interface BenignRequest {
  readonly model: LanguageModel;
  /** What the model continues when it writes ordinary text: a begin token, or a chat template up to the user's message. */
  readonly prompt: readonly number[];
  /** Tokens after which a text is over; none for a chat, where the turns go on. */
  readonly stopIds: readonly number[];
  readonly count: number;
  readonly tokens: number;
  readonly random: RandomStream;
}

/** Shorter texts say too little about a model to be worth a row of a batch. */
const fewestTokens = 8;

/** Ordinary text that the base model writes itself at temperature 1, prompt included, each at most `tokens` long. */
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
  // A model that ends nearly every text at once would never fill the count.
  for (let tries = 0; texts.length < count && tries < 4 * count;) {
    const [kept, asked] = [texts.length, count - texts.length];
    // Some may be too short in the end, so the last one is only reported when it is there.
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

/** Cuts the creator's own texts into pieces of at most `tokens`; every piece after the first goes on where the last ended. */
export function cutTexts(texts: readonly (readonly number[])[], tokens: number): number[][] {
  return texts.flatMap((text) => {
    const pieces: number[][] = [];
    for (let start = 0; start < text.length; start += tokens) pieces.push(text.slice(start, start + tokens));
    return pieces.filter((piece) => piece.length >= fewestTokens);
  });
}
