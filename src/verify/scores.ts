import { type AskedKey, drawnIndex } from './askedKey';
import { rankOfDrawn, type DrawRank } from './drawTest';
import { logSumExp } from './logSoftmax';
import type { ModelProbe, NeutralProbe, SeenLogP, SuspectProbe } from './suspect';

/**
 * The scores of a candidate at a key. None uses the draw, so each makes the draw test exact: `suspect-alone`
 * log p_suspect; `minus-base` log p_suspect − log p_base; `minus-base-and-shift` also subtracts the change
 * that the suspect's training made to that word everywhere, estimated from neutral prompts (docs/verdict.md,
 * "Second score").
 */
export type ScoreName = 'suspect-alone' | 'minus-base' | 'minus-base-and-shift';

/** Temperature of the softmax over cosines that weights the neutral prompts. */
const cosineTemperature = 0.1;

/**
 * The rank of every key's drawn candidate under one score; undefined where the key could not be asked of both
 * models. All scores except `suspect-alone` need `base`, asked the same keys and, for the shift, the same
 * neutral prompts with hidden states kept.
 */
export function rankKeys(
  score: ScoreName,
  keys: readonly AskedKey[],
  suspect: SuspectProbe,
  base: ModelProbe | undefined,
): (DrawRank | undefined)[] {
  const { neutral } = suspect;
  const shift = score === 'minus-base-and-shift' && neutral && base ? createShift(neutral, base) : undefined;
  return keys.map((key, slot) => {
    const seen = suspect.keys[slot]?.candidateLogP;
    if (!seen) return undefined;
    if (score === 'suspect-alone') return rankKey(key, seen, (logP) => logP);
    const reference = base?.keys[slot]?.candidateLogP;
    if (!reference) return undefined;
    const common = shift?.(key, slot);
    return rankKey(key, seen, (logP, c) => logP - reference[c]! - (common?.[c] ?? 0));
  });
}

/**
 * Ranks the drawn candidate by a score that rises with the log-probability. An unseen candidate gets its
 * upper bound, an unseen drawn one the lowest possible score: the rank is never better than with all logits.
 */
function rankKey(
  key: AskedKey,
  seen: ArrayLike<SeenLogP>,
  toScore: (logP: number, candidate: number) => number,
): DrawRank {
  const drawn = drawnIndex(key);
  const highest = key.candidates.map((_, c) => toScore(highestOf(seen[c]!), c));
  const own = typeof seen[drawn] === 'number' ? highest[drawn]! : -Infinity;
  return { rank: rankOfDrawn(highest, drawn, own), candidateCount: key.candidates.length };
}

function highestOf(seen: SeenLogP): number {
  return typeof seen === 'number' ? seen : seen.atMost;
}

/** The common shift of a key's candidates, [k]: the mean change over neutral prompts, weighted by similarity to the key. */
function createShift(
  suspect: NeutralProbe,
  base: ModelProbe,
): (key: AskedKey, slot: number) => Float64Array | undefined {
  const column = new Map(suspect.tokens.map((token, index) => [token, index]));
  const compared = suspect.logP.map((logP, prompt) =>
    logP.map((value, index) => value - base.neutral.logP[prompt]![index]!),
  );
  // A prompt after which the suspect's numbers are not finite shows no shift.
  const used = [...compared.keys()].filter((prompt) => compared[prompt]!.every(Number.isFinite));
  const changes = used.map((prompt) => compared[prompt]!);
  const units = used.map((prompt) => toUnitLength(base.neutralHidden[prompt]!));
  return (key, slot) => {
    const hidden = base.keyHidden[slot];
    if (!hidden || changes.length === 0) return undefined;
    const weights = weighByCosine(toUnitLength(hidden), units);
    return Float64Array.from(key.candidates, (token) => {
      const index = column.get(token)!;
      return changes.reduce((sum, change, prompt) => sum + weights[prompt]! * change[index]!, 0);
    });
  };
}

/** Softmax of cosine / 0.1 over the neutral prompts. */
function weighByCosine(key: Float64Array, prompts: readonly Float64Array[]): number[] {
  const logits = prompts.map(
    (prompt) => prompt.reduce((sum, value, i) => sum + value * key[i]!, 0) / cosineTemperature,
  );
  const logTotal = logSumExp(logits);
  return logits.map((logit) => Math.exp(logit - logTotal));
}

function toUnitLength(vector: Float32Array): Float64Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0)) || 1;
  return Float64Array.from(vector, (value) => value / length);
}
