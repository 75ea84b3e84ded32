import type { Tokenizer } from '../checkpoint/tokenizer/tokenizer';
import { areEqualIds } from '../fingerprint/canonical';
import { readContinuations } from '../fingerprint/drawing/eligibility';
import type { AskedKey } from '../verify/askedKey';

/**
 * Whether a suspect reads the keys as the marked model does: every key's text gives the same ids, every
 * candidate adds the same text to it, and the vocabulary contains them all. Then it is asked token by token
 * and the draw test applies; otherwise it is asked by text.
 * @param vocabularySize of the suspect model: how many logits it returns.
 */
export function sharesTokenizer(
  keys: readonly AskedKey[],
  tokenizer: Tokenizer,
  vocabularySize: number,
): boolean {
  return keys.every(
    (key) =>
      [...key.ids, ...key.responseIds, ...key.candidates].every((id) => id < vocabularySize) &&
      addsRecordedTexts(tokenizer, key) &&
      readsAlike(tokenizer, key),
  );
}

/** Each candidate adds the text that the key set records, or its own text where the added text cannot be determined. */
function addsRecordedTexts(tokenizer: Tokenizer, { ids, candidates, candidateTexts }: AskedKey): boolean {
  const textBehind = readContinuations(tokenizer, ids);
  return candidates.every((id, c) => (textBehind([id]) ?? tokenizer.decode([id])) === candidateTexts[c]);
}

/**
 * The key's ids result from its text alone, from the suspect's own chat template, or from the suspect's own
 * decoding of the ids: a fine-tuner may have changed the template while the tokens stayed.
 */
function readsAlike(tokenizer: Tokenizer, { text, ids }: AskedKey): boolean {
  const matches = (encoded: readonly number[]) =>
    areEqualIds(encoded, ids) || areEqualIds([...tokenizer.beginIds, ...encoded], ids);
  if (matches(tokenizer.encode(text))) return true;
  const rendered = tokenizer.chat?.render([{ role: 'user', content: text }], true);
  if (rendered !== undefined && matches(tokenizer.encode(rendered))) return true;
  const decoded = tokenizer.decode(ids);
  return decoded.includes(text) && matches(tokenizer.encode(decoded));
}
