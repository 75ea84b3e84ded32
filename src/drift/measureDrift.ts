import { phases } from '../contract/phases';
import { UserError } from '../common/errors';
import type { Watch } from '../contract/events';
import { deriveKey, RandomStream } from '../common/random';
import type { LanguageModel } from '../engine/languageModel';
import { bootstrapIntervals, quantile, type Interval } from './bootstrap';
import { compareTokens, type TextSums } from './compareTokens';
import { formatCount } from '../words/numbers';

/** What both models continue. */
export interface Prompt {
  /** What they read, with begin tokens and template marks. */
  readonly ids: readonly number[];
  /** What of it a person reads: a user's message, or the beginning of a text. */
  readonly role: 'user' | 'beginning';
  readonly text: string;
}

export interface DriftRequest {
  readonly base: LanguageModel;
  readonly marked: LanguageModel;
  /** The base with rounded weights, by the bits of a value: a yardstick for how far the marked model moved. */
  readonly roundings?: readonly { readonly bits: number; readonly model: LanguageModel }[];
  /** Held-back texts, begin token included; cut to the length that both models can read. */
  readonly texts: readonly (readonly number[])[];
  /** Prompts continued greedily by both models, side by side. */
  readonly prompts: readonly Prompt[];
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
  readonly prompt: Prompt;
  readonly base: readonly number[];
  readonly marked: readonly number[];
  /** Whether each ended at the limit of tokens instead of by itself. */
  readonly isBaseCut: boolean;
  readonly isMarkedCut: boolean;
  /** Leading tokens on which both agree, and the longer of the two lengths. */
  readonly sameTokens: number;
  readonly tokens: number;
}

/** What rounding its weights does to the base; values as in {@link Drift}. */
export interface Rounding extends Pick<Drift, 'lossRise' | 'kl' | 'agreement' | 'unchangedShare'> {
  readonly bits: number;
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
  /** Empty where it was not requested. */
  readonly roundings: readonly Rounding[];
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
  const { roundings = [] } = request;
  const others = [marked, ...roundings.map(({ model }) => model)];
  const [compared, ...rounded] = await compareTokens(base, others, texts, watch, request.keptBytes);
  const [continuations, ...ofRoundings] = await continueAll(request, others, maxLength, watch);
  const { sums, klPerToken } = compared!;
  return {
    ...summariseTokens(sums, request.seed),
    klPercentile95: quantile(klPerToken.slice().sort(), 0.95),
    klHistogram: countByLimit(klPerToken),
    continuations: continuations!,
    unchangedShare: shareUnchanged(continuations!),
    roundings: roundings.map(({ bits }, i) => {
      const { lossRise, kl, agreement } = summariseTokens(rounded[i]!.sums, request.seed);
      return { bits, lossRise, kl, agreement, unchangedShare: shareUnchanged(ofRoundings[i]!) };
    }),
  };
}

function summariseTokens(
  sums: readonly TextSums[],
  seed: Uint8Array,
): Omit<Drift, 'klPercentile95' | 'klHistogram' | 'continuations' | 'unchangedShare' | 'roundings'> {
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

/** Continues the prompts with the base once, and with each of the others. @returns the pairs for each of `others`. */
async function continueAll(
  request: DriftRequest,
  others: readonly LanguageModel[],
  maxLength: number,
  watch: Watch,
): Promise<Continuation[][]> {
  const { continuationTokens, stopIds } = request;
  const prompts = request.prompts.filter(
    ({ ids }) => ids.length > 0 && ids.length + continuationTokens <= maxLength,
  );
  if (prompts.length === 0) return others.map(() => []);
  watch.report({ type: 'phase', phase: phases.continuingTexts });
  const ids = prompts.map((prompt) => prompt.ids);
  const base = await request.base.continueGreedily(ids, continuationTokens, stopIds, watch);
  const pairs: Continuation[][] = [];
  for (const other of others) {
    const continued = await other.continueGreedily(ids, continuationTokens, stopIds, watch);
    pairs.push(prompts.map((prompt, i) => pairUp(prompt, base[i]!, continued[i]!, continuationTokens)));
  }
  return pairs;
}

function pairUp(
  prompt: Prompt,
  base: readonly number[],
  marked: readonly number[],
  mostTokens: number,
): Continuation {
  const differs = base.findIndex((id, t) => id !== marked[t]);
  return {
    prompt,
    base,
    marked,
    isBaseCut: base.length === mostTokens,
    isMarkedCut: marked.length === mostTokens,
    sameTokens: differs === -1 ? base.length : differs,
    tokens: Math.max(base.length, marked.length),
  };
}

/** Null without prompts. */
function shareUnchanged(continuations: readonly Continuation[]): number | null {
  if (continuations.length === 0) return null;
  const tokens = continuations.reduce((sum, pair) => sum + pair.tokens, 0);
  const same = continuations.reduce((sum, pair) => sum + pair.sameTokens, 0);
  return tokens === 0 ? 1 : same / tokens;
}
