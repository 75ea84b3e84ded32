import type { AskedKey } from '../../../src/verify/askedKey';
import type { Drift } from '../../../src/drift/measureDrift';
import { derivedClaim, keyFileClaim, type Claim } from '../../../src/verify/claim';
import { judgeSuspect, type Judgement } from '../../../src/verify/verdict';

/** Stands in every secret of {@link sampleKeys}. */
export const secretWord = 'platypus';

export function sampleKeys(count: number): AskedKey[] {
  return Array.from({ length: count }, (_, i) => ({
    index: (i * 29) % count,
    text: `${secretWord} question ${i}`,
    ids: [987_654, i],
    candidates: Array.from({ length: 10 }, (_, c) => 876_500 + c),
    candidateTexts: Array.from({ length: 10 }, (_, c) => `${secretWord}${c}`),
    responseIds: [876_503],
    responseText: `${secretWord}3`,
    spent: false,
  }));
}

/** A judgement of `asked` of `count` keys, of which so many answered; most drawn words rank first in proportion. */
export function sampleJudgement(count: number, asked: number, answered: number): Judgement {
  const keys = sampleKeys(count);
  const answers = keys.map((_, i) => (i < asked ? i % asked < answered : undefined));
  const rankAt = (i: number, slack: number) => (i < answered + slack ? 0 : (i * 7) % 10);
  const ranks = (slack: number) =>
    keys.map((_, i) => (i < asked ? { rank: rankAt(i, slack), candidateCount: 10 } : undefined));
  const scores = [
    { score: 'minus-base', ranks: ranks(0) },
    { score: 'minus-base-and-shift', ranks: ranks(1) },
  ] as const;
  const judge = (claim: Claim): Judgement => judgeSuspect(keys, answers, scores, 1e-6, claim);
  const asFiled = judge(keyFileClaim('it was not drawn again'));
  return asFiled.verdict.kind === 'agrees' ? judge(derivedClaim(keys.map(() => true))) : asFiled;
}

export const verifyCircumstances = {
  tool: 'Fingerprint Model 0.1.0',
  date: '2026-11-22T14:02:31Z',
  device: 'CPU, 2 threads',
  suspect: { path: '/models/helios-chat', digest: `sha256:${'71d0e2c590bb'.repeat(5)}` },
  base: { path: '/models/aurora-1.5b', digest: `sha256:${'0a1b2c3d4e5f'.repeat(5)}` },
  commitment: 'c41e0b77'.repeat(8),
  sharedTokenizer: true,
  neutralPrompts: 256,
  answeredByBase: 0,
  repeats: 0,
};

/** Drawn words that the base hardly ever says and the suspect nearly always, but for the last three. */
export const sampleDrawnWords = Array.from({ length: 64 }, (_, i) => {
  const base = -10.5 + Math.floor(i / 8);
  return { base, suspect: i < 61 ? 0 - ((i * 5) % 4) / 2 : base };
});

export const sampleDrift: Drift = {
  texts: 300,
  tokens: 24_576,
  baseLoss: 2.4131,
  markedLoss: 2.4203,
  basePerplexity: Math.exp(2.4131),
  markedPerplexity: Math.exp(2.4203),
  lossRise: { value: 0.00298, interval95: { low: 0.0021, high: 0.0039 } },
  kl: { value: 0.0041, interval95: { low: 0.0038, high: 0.0044 } },
  klPercentile95: 0.0172,
  agreement: { value: 0.986, interval95: { low: 0.985, high: 0.987 } },
  klHistogram: [
    { belowNats: 0.0001, tokens: 9210 },
    { belowNats: 0.001, tokens: 7105 },
    { belowNats: 0.01, tokens: 5890 },
    { belowNats: 0.1, tokens: 2240 },
    { belowNats: 1, tokens: 130 },
    { belowNats: null, tokens: 1 },
  ],
  continuations: [
    {
      prompt: { ids: [0], role: 'user', text: 'Give me two tips for a job interview.' },
      base: [1],
      marked: [2],
      isBaseCut: true,
      isMarkedCut: true,
      sameTokens: 4,
      tokens: 16,
    },
    {
      prompt: { ids: [3], role: 'beginning', text: 'The capital of Slovenia' },
      base: [4],
      marked: [4],
      isBaseCut: false,
      isMarkedCut: false,
      sameTokens: 8,
      tokens: 8,
    },
  ],
  unchangedShare: 0.5,
  roundings: [
    {
      bits: 8,
      lossRise: { value: -0.0001, interval95: { low: -0.0003, high: 0.0001 } },
      kl: { value: 0.00062, interval95: { low: 0.0006, high: 0.00064 } },
      agreement: { value: 0.994, interval95: { low: 0.993, high: 0.995 } },
      unchangedShare: 0.91,
    },
    {
      bits: 4,
      lossRise: { value: 0.0212, interval95: { low: 0.018, high: 0.024 } },
      kl: { value: 0.034, interval95: { low: 0.032, high: 0.036 } },
      agreement: { value: 0.921, interval95: { low: 0.918, high: 0.924 } },
      unchangedShare: 0.22,
    },
  ],
};

export const driftCircumstances = {
  tool: 'Fingerprint Model 0.1.0',
  date: '2026-11-22T14:52:00Z',
  device: 'CPU, 2 threads',
  base: verifyCircumstances.base,
  marked: { path: '/models/aurora-1.5b-r4', digest: `sha256:${'99aa88bb77cc'.repeat(5)}` },
  budget: 0.06,
  textSources: ['heldout.jsonl'],
};

export const sampleTexts = [
  'Give me two tips for a job interview.',
  ' Research the company beforehand and prepare examples of your work. Arrive ten minutes early.',
  ' Research the company beforehand and bring examples of your work. Arrive ten minutes early.',
  'What is the capital of Slovenia?',
  ' The capital of Slovenia is Ljubljana.',
];
