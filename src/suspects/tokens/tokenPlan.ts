import { withBegin, type Tokenizer } from '../../checkpoint/tokenizer/tokenizer';
import { areEqualIds } from '../../fingerprint/canonical';
import { readContinuations } from '../../fingerprint/drawing/eligibility';
import type { AskedKey } from '../../verify/askedKey';
import type { TokenMap } from './matchTokens';
import { renderOrNothing } from './renderQuestion';

/** How a suspect is asked each key: fixed before it is asked, and by nothing that depends on the draw. */
export interface TokenPlan {
  /** In the order of the keys: a key in the suspect's own ids; undefined where it is asked by text, if at all. */
  readonly keys: readonly (AskedKey | undefined)[];
  /** The suspect's ids of a text in those of the base; undefined where a token has none. */
  readonly translate: (ids: readonly number[]) => number[] | undefined;
}

/** Stands for a token that the suspect does not have: no prediction is ever this one. */
const noToken = -1;

/** Every key that maps whole, in the ids that a map gives. */
export function planByMap(keys: readonly AskedKey[], map: TokenMap, vocabularySize: number): TokenPlan {
  const toOwn: TokenMap = (id) => {
    const own = map(id);
    return own !== undefined && own < vocabularySize ? own : undefined;
  };
  const translate = (ids: readonly number[]) => translateWhole(ids, toOwn);
  return { translate, keys: keys.map((key) => translateKey(key, toOwn)) };
}

/** The same for those keys alone that the suspect's own tokenizer reads so. */
export function planByReading(
  keys: readonly AskedKey[],
  map: TokenMap,
  tokenizer: Tokenizer,
  vocabularySize: number,
): TokenPlan {
  const plan = planByMap(keys, map, vocabularySize);
  const mapped = plan.keys.map((own, slot) =>
    own && addsRecordedTexts(tokenizer, own, keys[slot]!) && readsAlike(tokenizer, own) ? own : undefined,
  );
  return { ...plan, keys: mapped };
}

/**
 * Every key in the ids that the suspect's own tokenizer gives to its text and to those of its candidates,
 * where each candidate is one token of it. For a suspect without a base to compare its tokens with.
 */
export function planByText(
  keys: readonly AskedKey[],
  tokenizer: Tokenizer,
  { isQuestion, vocabularySize }: { readonly isQuestion: boolean; readonly vocabularySize: number },
): TokenPlan {
  return {
    translate: () => undefined,
    keys: keys.map((key) => encodeKey(key, tokenizer, isQuestion, vocabularySize)),
  };
}

function translateWhole(ids: readonly number[], map: TokenMap): number[] | undefined {
  const own = ids.map(map);
  return own.some((id) => id === undefined) ? undefined : (own as number[]);
}

/** Whether the whole response maps depends on the draw, so a key is asked without it: it then counts as not answered. */
function translateKey(key: AskedKey, map: TokenMap): AskedKey | undefined {
  const [ids, candidates] = [translateWhole(key.ids, map), translateWhole(key.candidates, map)];
  if (!ids || !candidates) return undefined;
  const response = key.responseIds.map((id) => map(id) ?? noToken);
  const end = response.indexOf(noToken);
  return { ...key, ids, candidates, responseIds: end < 0 ? response : response.slice(0, end + 1) };
}

function encodeKey(
  key: AskedKey,
  tokenizer: Tokenizer,
  isQuestion: boolean,
  vocabularySize: number,
): AskedKey | undefined {
  const rendered = isQuestion ? renderOrNothing(tokenizer, key.text) : undefined;
  const asText = rendered ?? key.text;
  const plain = tokenizer.encode(asText);
  const ids = rendered === undefined ? withBegin(tokenizer, plain) : plain;
  const candidates = key.candidateTexts.map((text) => {
    const whole = tokenizer.encode(asText + text);
    return whole.length === plain.length + 1 && areEqualIds(whole.slice(0, -1), plain)
      ? whole.at(-1)!
      : noToken;
  });
  const isWhole = [...ids, ...candidates].every((id) => id >= 0 && id < vocabularySize);
  if (ids.length === 0 || !isWhole || new Set(candidates).size < candidates.length) return undefined;
  const drawn = candidates[key.candidates.indexOf(key.responseIds[0]!)]!;
  // Longer responses are known as ids of the base alone: their first token decides here.
  return { ...key, ids, candidates, responseIds: [drawn] };
}

/** Each candidate adds the text that the key set records, or its own text where the added text cannot be determined. */
function addsRecordedTexts(tokenizer: Tokenizer, own: AskedKey, { candidateTexts }: AskedKey): boolean {
  const textBehind = readContinuations(tokenizer, own.ids);
  return own.candidates.every((id, c) => (textBehind([id]) ?? tokenizer.decode([id])) === candidateTexts[c]);
}

/**
 * The key's ids result from its text alone, from the suspect's own chat template, or from the suspect's own
 * decoding of the ids: a fine-tuner may have changed the template while the tokens stayed.
 */
function readsAlike(tokenizer: Tokenizer, { text, ids }: AskedKey): boolean {
  const matches = (encoded: readonly number[]) =>
    areEqualIds(encoded, ids) || areEqualIds([...tokenizer.beginIds, ...encoded], ids);
  if (matches(tokenizer.encode(text))) return true;
  const rendered = renderOrNothing(tokenizer, text);
  if (rendered !== undefined && matches(tokenizer.encode(rendered))) return true;
  const decoded = tokenizer.decode(ids);
  return decoded.includes(text) && matches(tokenizer.encode(decoded));
}
