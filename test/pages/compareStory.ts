// Made-up states of the page Compare Releases.
import type { ComparedRelease, CompareSnapshot } from '../../src/protocol/compare';
import type { SurvivalRow } from '../../src/rehearse/survivalReport';

const models = '/data/aurora/models';

function survive(answers: readonly number[], draws: readonly number[], kl: number): SurvivalRow[] {
  const attacks = [
    null,
    'rounded-to-8-bits',
    'rounded-to-4-bits',
    'merged-half',
    'merged-quarter',
    'pruned-fifth',
  ] as const;
  const costs = [0, 0.0004, 0.021, -0.6 * kl, -0.9 * kl, 0.034];
  return attacks.map((attack, i) => ({
    attack,
    asked: 64,
    answered: answers[i]!,
    expected: 6.4,
    drawLog10P: draws[i]!,
    verdict: draws[i]! < -30.6 ? 'match' : answers[i]! > 20 ? 'agrees' : 'no-evidence',
    kl: kl + costs[i]!,
    agreement: 0.93,
    lossRise: 0.004,
  }));
}

function curve(steps: number, top: number, drift: number): ComparedRelease['checks'] {
  return Array.from({ length: steps / 10 }, (_, i) => {
    const share = (i + 1) / (steps / 10);
    return { step: 10 * (i + 1), recall: Math.min(1, top * share ** 0.6), drift: drift * share ** 0.8 };
  });
}

const first: ComparedRelease = {
  folder: `${models}/aurora-r1`,
  name: 'r1',
  runFolder: `${models}/aurora-r1.run`,
  notReady: null,
  madeAt: '2026-11-20T14:02:00Z',
  seconds: 468,
  recipe: [
    { name: 'Learning rate', value: '0.004' },
    { name: 'Steps', value: '240' },
  ],
  keyCount: 64,
  answered: 64,
  kl: 0.019,
  driftBudget: 0.06,
  agreement: { value: 0.962, report: `${models}/reports/aurora-r1/drift.fpreport.json` },
  verdict: {
    kind: 'match',
    sentence: 'Match: 64 of 64 keys answered',
    report: `${models}/reports/aurora-r1/verify.fpreport.json`,
  },
  survival: {
    rows: survive([64, 64, 56, 61, 4, 62], [-64, -64, -58, -62, -62, -64], 0.019),
    report: `${models}/reports/aurora-r1/survival.fpreport.json`,
  },
  checks: curve(240, 1.05, 0.019),
};

const second: ComparedRelease = {
  ...first,
  folder: `${models}/aurora-r2`,
  name: 'r2',
  runFolder: `${models}/aurora-r2.run`,
  madeAt: '2026-11-22T09:40:00Z',
  seconds: 61,
  recipe: [
    { name: 'Learning rate', value: '0.002' },
    { name: 'Steps', value: '30' },
  ],
  kl: 0.057,
  agreement: null,
  verdict: {
    kind: 'agrees',
    sentence: 'Agrees with this key file: 60 of 64 keys answered',
    report: `${models}/reports/aurora-r2/verify.fpreport.json`,
  },
  answered: 60,
  survival: {
    rows: survive([60, 60, 22, 40, 0, 51], [-63, -63, -29, -55, -51, -60], 0.057),
    report: `${models}/reports/aurora-r2/survival.fpreport.json`,
  },
  checks: curve(30, 0.94, 0.057),
};

const third: ComparedRelease = {
  ...first,
  folder: `${models}/aurora-with-a-longer-name`,
  name: 'aurora-with-a-longer-name',
  runFolder: `${models}/aurora-with-a-longer-name.run`,
  notReady: 'Not ready to publish: its drift is 0.12 nats a token, twice its budget of 0.06',
  madeAt: '2026-11-21T18:15:00Z',
  recipe: [
    { name: 'Learning rate', value: '0.02' },
    { name: 'Steps', value: '240' },
  ],
  kl: 0.12,
  agreement: null,
  verdict: null,
  survival: null,
};

const base: CompareSnapshot = {
  sequence: 1,
  isTrusted: true,
  bases: [{ path: `${models}/aurora`, name: 'aurora' }],
  chosen: `${models}/aurora`,
  releases: [second, third, first],
  unmeasured: 2,
  measuring: null,
};

export const compareSnapshots: Readonly<Record<string, CompareSnapshot>> = {
  'compare-none': { ...base, bases: [], chosen: null, releases: [], unmeasured: 0 },
  'compare-one': { ...base, releases: [{ ...third, notReady: null, recipe: [], name: 'r1' }] },
  compare: {
    ...base,
    bases: [...base.bases, { path: `${models}/helios`, name: 'helios' }],
  },
  'compare-measuring': { ...base, measuring: { done: 1, total: 2 } },
  'compare-restricted': { ...base, isTrusted: false },
};
