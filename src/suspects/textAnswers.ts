import type { Watch } from '../contract/events';
import { withBegin, type Tokenizer } from '../checkpoint/tokenizer/tokenizer';
import type { LanguageModel } from '../engine/languageModel';
import { areConfusable, findAnsweredCandidate, normaliseAnswer } from '../fingerprint/text/textRules';
import { drawnIndex, type AskedKey } from '../verify/askedKey';
import { renderOrNothing } from './tokens/renderQuestion';

/** Tokens that the suspect may write for one answer: enough for a first word in any tokenizer. */
const answerTokens = 12;

/**
 * Whether the key can be decided by text: its candidates are words of which none begins another. Then an
 * answer matches at most one candidate, and chance hits the drawn one at most 1 time in k.
 */
export function isDecidableByText(key: AskedKey): boolean {
  const words = key.candidateTexts.map(normaliseAnswer);
  return words.every(
    (word, c) => word !== '' && words.every((other, d) => c === d || !areConfusable(word, other)),
  );
}

/**
 * Asks a suspect with a tokenizer of its own: the key's text in the suspect's tokens (a question goes through
 * the suspect's chat template where it has one), continued greedily; the answer's first word must be the
 * drawn candidate or begin with it. Returns one entry per key: whether it was answered, undefined where the
 * key could not be asked; `notFinite` are the keys after which its numbers are not finite, which are not
 * decided. A template that refuses a question is done without.
 */
export async function askByText(
  model: LanguageModel,
  tokenizer: Tokenizer,
  keys: readonly AskedKey[],
  options: { readonly keysAreQuestions: boolean },
  watch?: Watch,
): Promise<{ answers: (boolean | undefined)[]; notFinite: ReadonlySet<number> }> {
  const askable = keys.flatMap((key, slot) => {
    const prompt = encodePrompt(tokenizer, key.text, options.keysAreQuestions);
    const isInVocabulary = prompt.every((id) => id < model.vocabularySize);
    const fits = prompt.length > 0 && prompt.length + answerTokens <= model.maxLength;
    return fits && isInVocabulary && isDecidableByText(key) ? [{ key, slot, prompt }] : [];
  });
  const notFinite = await findNotFinite(model, askable, watch);
  const asked = askable.filter(({ slot }) => !notFinite.has(slot));
  const continuations = await model.continueGreedily(
    asked.map(({ prompt }) => prompt),
    answerTokens,
    tokenizer.endIds,
    watch,
  );
  const answers: (boolean | undefined)[] = keys.map(() => undefined);
  asked.forEach(({ key, slot }, i) => {
    const said = findAnsweredCandidate(tokenizer.decode(continuations[i]!), key.candidateTexts);
    answers[slot] = said === drawnIndex(key);
  });
  return { answers, notFinite };
}

/** The slots of prompts after which a logit is infinite or not a number. */
async function findNotFinite(
  model: LanguageModel,
  asked: readonly { readonly slot: number; readonly prompt: readonly number[] }[],
  watch: Watch | undefined,
): Promise<ReadonlySet<number>> {
  const notFinite = new Set<number>();
  await model.visitRows(
    asked.map(({ prompt }) => ({ ids: prompt, positions: [prompt.length - 1] })),
    ({ sequence, logits }) => {
      if (!logits.every(Number.isFinite)) notFinite.add(asked[sequence]!.slot);
    },
    watch,
  );
  return notFinite;
}

function encodePrompt(tokenizer: Tokenizer, text: string, isQuestion: boolean): number[] {
  const rendered = isQuestion ? renderOrNothing(tokenizer, text) : undefined;
  return rendered === undefined ? withBegin(tokenizer, tokenizer.encode(text)) : tokenizer.encode(rendered);
}
