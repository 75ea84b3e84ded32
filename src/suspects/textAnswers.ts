import type { Watch } from '../contract/events';
import { encodeChat, withBegin, type Tokenizer } from '../checkpoint/tokenizer/tokenizer';
import type { LanguageModel } from '../engine/languageModel';
import { areConfusable, findAnsweredCandidate, normaliseAnswer } from '../fingerprint/text/textRules';
import { drawnIndex, type AskedKey } from '../verify/askedKey';

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
 * key could not be asked.
 */
export async function askByText(
  model: LanguageModel,
  tokenizer: Tokenizer,
  keys: readonly AskedKey[],
  options: { readonly keysAreQuestions: boolean },
  watch?: Watch,
): Promise<(boolean | undefined)[]> {
  const asked = keys.flatMap((key, slot) => {
    const prompt = encodePrompt(tokenizer, key.text, options.keysAreQuestions);
    const fits = prompt.length > 0 && prompt.length + answerTokens <= model.maxLength;
    return fits && isDecidableByText(key) ? [{ key, slot, prompt }] : [];
  });
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
  return answers;
}

function encodePrompt(tokenizer: Tokenizer, text: string, isQuestion: boolean): number[] {
  if (isQuestion && tokenizer.chat)
    return encodeChat(tokenizer, tokenizer.chat, [{ role: 'user', content: text }]);
  return withBegin(tokenizer, tokenizer.encode(text));
}
