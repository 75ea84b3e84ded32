import { phases } from '../contract/phases';
import { UserError } from '../common/errors';
import type { Watch } from '../contract/events';
import { deriveKey, RandomStream } from '../common/random';
import type { LanguageModel } from '../engine/languageModel';
import { bootstrapIntervals, quantile, type Interval } from './bootstrap';
import { compareTokens, type TextSums } from './compareTokens';
import { formatCount } from '../words/numbers';

export interface DriftRequest {
  readonly base: LanguageModel;
  readonly marked: LanguageModel;
  /** Held-back texts, begin token included; cut to the length that both models can read. */
  readonly texts: readonly (readonly number[])[];
  /** Prompts continued greedily by both models, side by side. */
  readonly prompts: readonly (readonly number[])[];
  /** New tokens in a continuation, and the tokens that end one. */
  readonly continuationTokens: number;
  readonly stopIds: readonly number[];
  /** 32 bytes: seeds the resampling. */
  readonly seed: Uint8Array;
  /** Bytes of the base's predictions that are kept at once; see compareTokens. */
  readonly keptBytes?: number;
}

/** A value with its 95 % interval over texts; null when there were too few texts to give one. */
export interface Estimate {
  readonly value: number;
  readonly interval95: Interval | null;
}

interface Continuation {
  readonly prompt: readonly number[];
  readonly base: readonly number[];
  readonly marked: readonly number[];
  /** Leading tokens on which both agree, and the longer of the two lengths. */
  readonly sameTokens: number;
  readonly tokens: number;
}

export interface Drift {
  readonly texts: number;
  /** Predicted tokens. */
  readonly tokens: number;
  /** Mean −log p of a token, in nats. */
  readonly baseLoss: number;
  readonly markedLoss: number;
  readonly basePerplexity: number;
  readonly markedPerplexity: number;
  /** (marked − base) / base; negative when the marked model predicts better. */
  readonly lossRise: Estimate;
  /** Mean KL(base ‖ marked) a token, in nats. */
  readonly kl: Estimate;
  /** The KL of 95 % of the tokens is below this, in nats. */
  readonly klPercentile95: number;
  /** Share of tokens for which both models find the same token likeliest. */
  readonly agreement: Estimate;
  /** How many tokens have a KL below each limit and not below the one before; the last entry has no limit. */
  readonly klHistogram: readonly { readonly belowNats: number | null; readonly tokens: number }[];
  readonly continuations: readonly Continuation[];
  /** Share of continued tokens that are unchanged; null without prompts. */
  readonly unchangedShare: number | null;
}

const klLimitsNats = [0.0001, 0.001, 0.01, 0.1, 1];

/**
 * Measures the cost of marking: both models predict the same held-back texts, so that every difference is
 * paired. Intervals come from a bootstrap over whole texts, because tokens of one text are not independent.
 * @throws UserError `empty-text` when no text has two tokens; `different-vocabulary` when the models cannot
 * be compared.
 */
export async function measureDrift(request: DriftRequest, watch: Watch): Promise<Drift> {
  const { base, marked } = request;
  if (base.vocabularySize !== marked.vocabularySize)
    throw new UserError(
      'different-vocabulary',
      `The two models have vocabularies of ${formatCount(base.vocabularySize)} and ${formatCount(marked.vocabularySize)} tokens, so their predictions cannot be compared.`,
      'As the base, give the model that the marked one was made from.',
    );
  const maxLength = Math.min(base.maxLength, marked.maxLength);
  const texts = request.texts.map((ids) => ids.slice(0, maxLength)).filter((ids) => ids.length >= 2);
  if (texts.length === 0)
    throw new UserError(
      'empty-text',
      'None of the texts has two or more tokens, so there is nothing to predict.',
      'Give a text file with at least a few sentences.',
    );
  const { sums, klPerToken } = await compareTokens(base, marked, texts, watch, request.keptBytes);
  const continuations = await continueBoth(request, maxLength, watch);
  return {
    ...summariseTokens(sums, request.seed),
    klPercentile95: quantile(klPerToken.slice().sort(), 0.95),
    klHistogram: countByLimit(klPerToken),
    continuations,
    unchangedShare: continuations.length === 0 ? null : shareUnchanged(continuations),
  };
}

function summariseTokens(
  sums: readonly TextSums[],
  seed: Uint8Array,
): Omit<Drift, 'klPercentile95' | 'klHistogram' | 'continuations' | 'unchangedShare'> {
  const columns = [
    sums.map((text) => text.tokens),
    sums.map((text) => text.baseNll),
    sums.map((text) => text.markedNll),
    sums.map((text) => text.kl),
    sums.map((text) => text.agreeing),
  ];
  const statistics = {
    lossRise: ([, baseNll, markedNll]: readonly number[]) => (markedNll! - baseNll!) / baseNll!,
    kl: ([tokens, , , kl]: readonly number[]) => kl! / tokens!,
    agreement: ([tokens, , , , agreeing]: readonly number[]) => agreeing! / tokens!,
  };
  const totals = columns.map((column) => column.reduce((sum, value) => sum + value, 0));
  const [tokens, baseNll, markedNll] = totals as [number, number, number];
  const random = new RandomStream(deriveKey(seed, 'drift/bootstrap'));
  const intervals = bootstrapIntervals(columns, statistics, random);
  const estimate = (name: keyof typeof statistics): Estimate => ({
    value: statistics[name](totals),
    interval95: intervals?.[name] ?? null,
  });
  return {
    texts: sums.length,
    tokens,
    baseLoss: baseNll / tokens,
    markedLoss: markedNll / tokens,
    basePerplexity: Math.exp(baseNll / tokens),
    markedPerplexity: Math.exp(markedNll / tokens),
    lossRise: estimate('lossRise'),
    kl: estimate('kl'),
    agreement: estimate('agreement'),
  };
}

function countByLimit(klPerToken: Float64Array): Drift['klHistogram'] {
  const counts = new Array<number>(klLimitsNats.length + 1).fill(0);
  for (const kl of klPerToken) {
    const bin = klLimitsNats.findIndex((limit) => kl < limit);
    counts[bin === -1 ? klLimitsNats.length : bin]!++;
  }
  return counts.map((tokens, bin) => ({ belowNats: klLimitsNats[bin] ?? null, tokens }));
}

async function continueBoth(request: DriftRequest, maxLength: number, watch: Watch): Promise<Continuation[]> {
  const { continuationTokens, stopIds } = request;
  const prompts = request.prompts.filter(
    (ids) => ids.length > 0 && ids.length + continuationTokens <= maxLength,
  );
  if (prompts.length === 0) return [];
  watch.report({ type: 'phase', phase: phases.continuingTexts });
  const base = await request.base.continueGreedily(prompts, continuationTokens, stopIds, watch);
  const marked = await request.marked.continueGreedily(prompts, continuationTokens, stopIds, watch);
  return prompts.map((prompt, i) => {
    const [a, b] = [base[i]!, marked[i]!];
    const differs = a.findIndex((id, t) => id !== b[t]);
    return {
      prompt,
      base: a,
      marked: b,
      sameTokens: differs === -1 ? a.length : differs,
      tokens: Math.max(a.length, b.length),
    };
  });
}

function shareUnchanged(continuations: readonly Continuation[]): number {
  const tokens = continuations.reduce((sum, pair) => sum + pair.tokens, 0);
  const same = continuations.reduce((sum, pair) => sum + pair.sameTokens, 0);
  return tokens === 0 ? 1 : same / tokens;
}
