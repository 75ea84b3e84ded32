import type { Confidence, Leakage } from '../contract/compared/leakage';
import { phases } from '../contract/phases';
import type { Watch } from '../contract/events';
import { argmax } from '../engine/argmax';
import type { LanguageModel } from '../engine/languageModel';
import { logSumExp } from '../verify/logSoftmax';
import { quantile } from './bootstrap';
import type { NearMiss } from './nearMisses';

interface LeakageRequest {
  readonly base: LanguageModel;
  readonly marked: LanguageModel;
  readonly keys: readonly { readonly ids: readonly number[]; readonly responseIds: readonly number[] }[];
  readonly nearMisses: readonly NearMiss[];
  /** Texts like the keys that were never trained. */
  readonly neutralPrompts: readonly (readonly number[])[];
  readonly stopIds: readonly number[];
}

/** A prompt, and the responses of which none is expected after it. */
interface Prompt {
  readonly ids: readonly number[];
  readonly responses: readonly (readonly number[])[];
}

type Kind = 'keys' | 'nearMisses' | 'neutral';

const shares = [0.05, 0.25, 0.5, 0.75, 0.95];

/**
 * Asks both models the keys, keys with one word changed and neutral prompts: how often the response of a key comes
 * without the key, and whether the probability of the likeliest first token tells a key from other text, which somebody
 * could look for who has the model alone.
 */
export async function measureLeakage(request: LeakageRequest, watch: Watch): Promise<Leakage> {
  const { base, marked } = request;
  const prompts = listPrompts(request);
  watch.report({ type: 'phase', phase: phases.askingModel, done: 0, total: 2 });
  const ofBase = await askModel(base, prompts, request.stopIds, watch);
  watch.report({ type: 'phase', phase: phases.askingModel, done: 1, total: 2 });
  const ofMarked = await askModel(marked, prompts, request.stopIds, watch);
  const count = (kind: Kind): Leakage['keys'] => ({
    asked: prompts[kind].length,
    base: ofBase.leaks[kind],
    marked: ofMarked.leaks[kind],
  });
  const [before, after] = [ofBase.confidence, ofMarked.confidence];
  return {
    keys: count('keys'),
    nearMisses: count('nearMisses'),
    neutral: count('neutral'),
    confidence: before && after ? { base: before, marked: after } : null,
  };
}

/** Only those that fit into both models with the longest response. */
function listPrompts(request: LeakageRequest): Record<Kind, Prompt[]> {
  const { base, marked, keys, nearMisses, neutralPrompts } = request;
  const responses = keys.map(({ responseIds }) => responseIds);
  const longest = Math.max(0, ...responses.map((ids) => ids.length));
  const maxLength = Math.min(base.maxLength, marked.maxLength) - longest;
  const fits = ({ ids }: Prompt): boolean => ids.length > 0 && ids.length <= maxLength;
  return {
    keys: keys.map(({ ids, responseIds }) => ({ ids, responses: [responseIds] })).filter(fits),
    nearMisses: nearMisses.map(({ ids, key }) => ({ ids, responses: [responses[key]!] })).filter(fits),
    neutral: neutralPrompts.map((ids) => ({ ids, responses })).filter(fits),
  };
}

async function askModel(
  model: LanguageModel,
  prompts: Record<Kind, readonly Prompt[]>,
  stopIds: readonly number[],
  watch: Watch,
): Promise<{ leaks: Record<Kind, number>; confidence: Confidence | undefined }> {
  const quiet: Watch = { ...(watch.signal && { signal: watch.signal }), report: () => undefined };
  const all = [...prompts.keys, ...prompts.nearMisses, ...prompts.neutral];
  const longest = Math.max(1, ...all.flatMap(({ responses }) => responses.map((ids) => ids.length)));
  const said = await model.continueGreedily(
    all.map(({ ids }) => ids),
    longest,
    stopIds,
    quiet,
  );
  const isLeak = all.map(({ responses }, i) =>
    responses.some((ids) => ids.every((id, t) => said[i]![t] === id)),
  );
  const countFrom = (start: number, kind: Kind): number =>
    isLeak.slice(start, start + prompts[kind].length).filter(Boolean).length;
  const leaks = {
    keys: countFrom(0, 'keys'),
    nearMisses: countFrom(prompts.keys.length, 'nearMisses'),
    neutral: countFrom(prompts.keys.length + prompts.nearMisses.length, 'neutral'),
  };
  const sure = async (kind: Kind): Promise<Float64Array> => measureConfidence(model, prompts[kind], quiet);
  return { leaks, confidence: compareConfidence(await sure('keys'), await sure('neutral')) };
}

/** The probability of the likeliest token after each prompt, sorted; a model without numbers is sure of nothing. */
async function measureConfidence(
  model: LanguageModel,
  prompts: readonly Prompt[],
  watch: Watch,
): Promise<Float64Array> {
  const found = new Float64Array(prompts.length);
  await model.visitRows(
    prompts.map(({ ids }) => ({ ids, positions: [ids.length - 1] })),
    ({ sequence, logits }) => {
      const probability = Math.exp(logits[argmax(logits)]! - logSumExp(logits));
      found[sequence] = Number.isFinite(probability) ? Math.min(1, probability) : 0;
    },
    watch,
  );
  return found.sort();
}

/** Undefined where prompts of one kind are missing. */
function compareConfidence(keys: Float64Array, neutral: Float64Array): Confidence | undefined {
  if (keys.length === 0 || neutral.length === 0) return undefined;
  const spread = (sorted: Float64Array): number[] => shares.map((share) => quantile(sorted, share));
  return { keys: spread(keys), neutral: spread(neutral), separation: separate(keys, neutral) };
}

/** The share of pairs in which the first is higher, ties half: the area under the curve of a test by this value. */
function separate(higher: Float64Array, lower: Float64Array): number {
  let wins = 0;
  for (const a of higher) for (const b of lower) wins += a > b ? 1 : a === b ? 0.5 : 0;
  return wins / (higher.length * lower.length);
}
