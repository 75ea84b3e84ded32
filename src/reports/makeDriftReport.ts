import type { DriftReport } from '../drift/driftReport';
import type { Drift, Estimate, Rounding } from '../drift/measureDrift';
import type { Leakage } from '../contract/compared/leakage';
import type { TaskFigures } from '../contract/compared/tasks';
import { formatCount, formatCounted } from '../words/numbers';
import { explainHowFar, sayHowFar } from './words/driftWords';

interface DriftCircumstances {
  /** Name and version of this program. */
  readonly tool: string;
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly device: string;
  readonly base: { readonly path: string; readonly digest: string };
  readonly marked: { readonly path: string; readonly digest: string };
  /** Why the marked model is not ready to publish. */
  readonly notReady?: string;
  /** The drift budget of the recipe that made it, in nats a token. */
  readonly budget?: number | undefined;
  readonly textSources: readonly string[];
  readonly tasks?: readonly TaskFigures[];
  readonly leakage?: Leakage | undefined;
  /** Sentences on what of the texts was left out. */
  readonly notes?: readonly string[];
  /** Sentences on what is odd in either folder. */
  readonly oddities?: readonly string[];
}

/** The report holds a few limits, and a user may give many files. */
const mostNotes = 10;

/** Turns a measurement into the words and figures of a stored report. `decode` turns ids of continuations into text. */
export function makeDriftReport(
  drift: Drift,
  about: DriftCircumstances,
  decode: (ids: readonly number[]) => string,
): DriftReport {
  const figures = {
    ...drift,
    budget: about.budget,
    roundings: drift.roundings.map(copyRounding),
  };
  return {
    format: 'fingerprint-model/drift-report',
    version: 1,
    tool: about.tool,
    date: about.date,
    device: about.device,
    base: { ...about.base },
    marked: { ...about.marked },
    ...(about.notReady !== undefined && { notReady: about.notReady }),
    textSources: [...about.textSources],
    ...(about.budget !== undefined && { budget: about.budget }),
    sentence: sayHowFar(figures),
    detail: explainHowFar(figures),
    texts: drift.texts,
    tokens: drift.tokens,
    baseLoss: drift.baseLoss,
    markedLoss: drift.markedLoss,
    basePerplexity: drift.basePerplexity,
    markedPerplexity: drift.markedPerplexity,
    lossRise: copyEstimate(drift.lossRise),
    kl: copyEstimate(drift.kl),
    klPercentile95: drift.klPercentile95,
    agreement: copyEstimate(drift.agreement),
    klHistogram: drift.klHistogram.map((bar) => ({ ...bar })),
    unchangedShare: drift.unchangedShare,
    ...(drift.roundings.length > 0 && { roundings: drift.roundings.map(copyRounding) }),
    continuations: drift.continuations.map((pair) => ({
      role: pair.prompt.role,
      prompt: pair.prompt.text,
      base: decode(pair.base),
      marked: decode(pair.marked),
      isBaseCut: pair.isBaseCut,
      isMarkedCut: pair.isMarkedCut,
      sameTokens: pair.sameTokens,
      tokens: pair.tokens,
    })),
    ...(about.tasks !== undefined && about.tasks.length > 0 && { tasks: [...about.tasks] }),
    ...(about.leakage && { leakage: about.leakage }),
    limits: [
      ...(about.notes ?? []).slice(0, mostNotes),
      ...writeLimits(drift, about.tasks ?? []),
      ...(about.oddities ?? []).slice(0, mostNotes),
    ],
  };
}

/** With fewer, the figures say little of small changes. */
const usualTokens = 20_000;
const limitOfTokens = `These are fewer than the ${formatCount(usualTokens)} tokens on which drift is usually measured: give more text for narrower intervals.`;
const limitOfTasks =
  'Published tasks are asked without examples and without a chat template. No change seen is not the same as no change: the smallest difference that these items could show is beside each task.';

function copyEstimate({ value, interval95 }: Estimate): DriftReport['kl'] {
  return { value, interval95: interval95 && { ...interval95 } };
}

function copyRounding(rounding: Rounding): NonNullable<DriftReport['roundings']>[number] {
  const { bits, lossRise, kl, agreement, unchangedShare } = rounding;
  return {
    bits,
    lossRise: copyEstimate(lossRise),
    kl: copyEstimate(kl),
    agreement: copyEstimate(agreement),
    unchangedShare,
  };
}

function writeLimits(drift: Drift, tasks: readonly TaskFigures[]): string[] {
  return [
    `Measured on ${formatCounted(drift.tokens, 'token')} of ${formatCounted(drift.texts, 'text')}: on other kinds of text the models can differ more or less.`,
    ...(drift.tokens < usualTokens ? [limitOfTokens] : []),
    'Loss and KL divergence show how predictions changed, not whether the model does tasks better or worse.',
    'The interval accounts for the choice of texts, not for the choice of key set.',
    ...(tasks.length > 0 ? [limitOfTasks] : []),
  ];
}
