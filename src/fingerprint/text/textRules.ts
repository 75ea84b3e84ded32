/** English function words: an unrelated model is most likely to say these by chance, so no response is one of them. */
const functionWords: ReadonlySet<string> = new Set(
  `a an the this that these those another each every either neither both all any some many much more most few fewer
  little less least several such same other others no none nor not never
  i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her hers herself
  it its itself they them their theirs themselves one ones who whom whose which what whatever whoever
  somebody someone something anybody anyone anything everybody everyone everything nobody nothing
  and or but so yet for if then than because since unless until while when whenever where wherever why how whether
  though although as at by in into of off on onto out over under up down to toward towards from with within without
  about above across after against along among around before behind below beneath beside besides between beyond despite
  during except inside near outside per through throughout upon via
  am is are was were be been being do does did done doing have has had having will would shall should can could may
  might must ought here there now just only also too very quite rather again once ever always often
  yes oh well let`.split(/\s+/),
);

const firstWord = /[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*/u;

/**
 * The first word of an answer in the form in which answers are compared: Unicode NFKC, lower case, without
 * surrounding spaces and punctuation. Empty when there is no word.
 */
export function normaliseAnswer(text: string): string {
  return firstWord.exec(text.normalize('NFKC').toLowerCase())?.[0] ?? '';
}

/** Whether a normalised word is a function word or the beginning of one (every "the" would answer "th"). */
export function beginsFunctionWord(word: string): boolean {
  if (functionWords.has(word)) return true;
  for (const functionWord of functionWords) if (functionWord.startsWith(word)) return true;
  return false;
}

/** Whether one of two normalised words is the beginning of the other, so that one answer could count for both. */
export function areConfusable(left: string, right: string): boolean {
  return left.startsWith(right) || right.startsWith(left);
}

/**
 * The candidate that an answer's first word is or begins with (a candidate may be the first token of a longer
 * word). There is at most one, because the candidates of a key are prefix-free.
 */
export function findAnsweredCandidate(answer: string, candidateTexts: readonly string[]): number | undefined {
  const word = normaliseAnswer(answer);
  const index = candidateTexts.findIndex((text) => word.startsWith(normaliseAnswer(text)));
  return index < 0 ? undefined : index;
}
