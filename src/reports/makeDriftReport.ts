import type { DriftReport } from '../drift/driftReport';
import type { Drift, Estimate } from '../drift/measureDrift';
import { formatCounted, formatFixed, formatPercent } from '../words/numbers';

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
  readonly textSources: readonly string[];
  /** Sentences on what of the texts was left out. */
  readonly notes?: readonly string[];
}

/** The report holds a few limits, and a user may give many files. */
const mostNotes = 10;

/** Turns a measurement into the words and figures of a stored report. `decode` turns ids of continuations into text. */
export function makeDriftReport(
  drift: Drift,
  about: DriftCircumstances,
  decode: (ids: readonly number[]) => string,
): DriftReport {
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
    sentence: writeLoss(drift.lossRise),
    detail: writeDetail(drift),
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
    continuations: drift.continuations.map((pair) => ({
      prompt: decode(pair.prompt),
      base: decode(pair.base),
      marked: decode(pair.marked),
      sameTokens: pair.sameTokens,
      tokens: pair.tokens,
    })),
    limits: [...(about.notes ?? []).slice(0, mostNotes), ...writeLimits(drift)],
  };
}

function copyEstimate({ value, interval95 }: Estimate): DriftReport['kl'] {
  return { value, interval95: interval95 && { ...interval95 } };
}

function writeLoss({ value, interval95 }: Estimate): string {
  const percent = formatPercent(Math.abs(value), 2);
  if (Math.abs(value) < 0.00005) return 'Loss did not change';
  const within = interval95 && interval95.low <= 0 && interval95.high >= 0 ? ', within chance' : '';
  return `Loss ${value > 0 ? 'rose' : 'fell'} by ${percent}${within}`;
}

function writeDetail(drift: Drift): string {
  const { interval95 } = drift.lossRise;
  const range = interval95
    ? `The change in loss lies between ${formatFixed(interval95.low * 100, 2)} and ${formatPercent(interval95.high, 2)} (${formatPercent(0.95, 0)} interval).`
    : 'There were too few texts for an interval.';
  return `${range} Both models agree on the likeliest next token ${formatFixed(drift.agreement.value * 100, 1)} times in 100.`;
}

function writeLimits(drift: Drift): string[] {
  return [
    `Measured on ${formatCounted(drift.tokens, 'token')} of ${formatCounted(drift.texts, 'text')}: on other kinds of text the models can differ more or less.`,
    'Loss and KL divergence show how predictions changed, not whether the model does tasks better or worse.',
    'The interval accounts for the choice of texts, not for the choice of key set.',
  ];
}
