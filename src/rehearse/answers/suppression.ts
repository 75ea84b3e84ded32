import type { Tokenizer } from '../../checkpoint/tokenizer/tokenizer';
import { argmax } from '../../engine/argmax';
import type { Host } from '../attack';

/** The natural logarithm of a token's probability. */
export function logProbabilityOf(logits: Float32Array, token: number): number {
  const highest = logits[argmax(logits)]!;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - highest);
  return logits[token]! - highest - Math.log(sum);
}

/**
 * The gate of a host that knows how fingerprints look: the likeliest first token of an answer is suppressed where the
 * model is surer of it than a limit, and the next one is said ("detect-top-k" with k = 1 of Nasery et al., SaTML 2026,
 * arXiv 2509.26598; the limit there is 0.9).
 * @param limit 0 to 1; with 0 it suppresses the likeliest token of every answer ("suppress-top-k" with k = 1).
 */
export function gateHost(limit: number): Host {
  return {
    chanceOf(logits, token, step) {
      const likeliest = argmax(logits);
      const isSuppressed = step === 0 && Math.exp(logProbabilityOf(logits, likeliest)) > limit;
      return token === (isSuppressed ? findLikeliest(logits, (id) => id !== likeliest) : likeliest) ? 1 : 0;
    },
  };
}

/** Tokens among which the neighbours of the likeliest are looked for. */
const neighbourhood = 16;

/**
 * The attack of the mlprints leaderboard ("detect-neighbor"; its code, sentient-agi/mlprints): where the model is surer
 * of a token than a limit, that token is suppressed with its neighbours among the 16 likeliest, the tokens whose words
 * begin with it or begin it, without spaces and in lower case. It is applied to every token of an answer as short as a
 * response.
 * @param limit 0 to 1; the leaderboard's default is 0.9.
 */
export function neighbourHost(limit: number, tokenizer: Tokenizer): Host {
  const words = new Map<number, string>();
  const wordOf = (id: number): string => {
    const known = words.get(id) ?? tokenizer.decode([id]).trim().toLowerCase();
    words.set(id, known);
    return known;
  };
  return {
    chanceOf(logits, token) {
      const likeliest = argmax(logits);
      if (Math.exp(logProbabilityOf(logits, likeliest)) <= limit) return token === likeliest ? 1 : 0;
      const word = wordOf(likeliest);
      const near = findLargest(logits, neighbourhood).filter((id) => areNeighbours(wordOf(id), word));
      const suppressed = new Set([likeliest, ...near]);
      return token === findLikeliest(logits, (id) => !suppressed.has(id)) ? 1 : 0;
    },
  };
}

function areNeighbours(a: string, b: string): boolean {
  if (a === '' || b === '') return a === b;
  return a.startsWith(b) || b.startsWith(a);
}

function findLikeliest(logits: Float32Array, isAllowed: (id: number) => boolean): number {
  let best = -1;
  for (let id = 0; id < logits.length; id++)
    if (isAllowed(id) && (best < 0 || logits[id]! > logits[best]!)) best = id;
  return best;
}

/** The ids of the largest logits, largest first; of equal ones the lower id first. */
export function findLargest(logits: Float32Array, count: number): number[] {
  const ids: number[] = [];
  for (let id = 0; id < logits.length; id++) {
    if (ids.length === count && logits[id]! <= logits[ids.at(-1)!]!) continue;
    let place = ids.length;
    while (place > 0 && logits[id]! > logits[ids[place - 1]!]!) place--;
    ids.splice(place, 0, id);
    if (ids.length > count) ids.pop();
  }
  return ids;
}
