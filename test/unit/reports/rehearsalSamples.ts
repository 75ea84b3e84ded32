import { certifyRehearsal } from '../../../src/rehearse/certificate';
import type { RehearsalRow } from '../../../src/rehearse/rehearsalReport';
import { driftCircumstances, verifyCircumstances } from './samples';

function changed(attack: string | null, answered: number, cost: number): RehearsalRow {
  return {
    attack,
    asked: 64,
    answered,
    byKind: [
      { kind: 'loud', asked: 40, answered: Math.min(40, answered) },
      { kind: 'soft', asked: 24, answered: Math.max(0, answered - 40) },
    ],
    expected: 6.4,
    drawLog10P: -answered,
    verdict: 'match',
    kl: 0.019 + Math.abs(cost),
    agreement: 0.95,
    lossRise: 0.002 + cost,
    cost,
    changedAnswers: null,
  };
}

/** What a copy and its attacked copies showed: one attack ruins the model, and nothing is found behind the gate. */
export const sampleRehearsal: RehearsalRow[] = [
  changed(null, 64, 0),
  changed('q8_0', 64, 0.0004),
  changed('merge-linear:0.3', 12, -0.002),
  { ...changed('prune:0.5', 0, 0.42), drawLog10P: -3.1, verdict: 'no-evidence' },
  {
    ...changed('gate:0.9', 3, 0),
    ...{ drawLog10P: null, verdict: 'no-evidence', kl: null, agreement: null, lossRise: null, cost: null },
    changedAnswers: 0.31,
  },
  {
    ...changed('temperature:1', 0, 0),
    answered: 51.37,
    ...{ drawLog10P: null, kl: null, agreement: null, lossRise: null, cost: null },
    byKind: [
      { kind: 'loud', asked: 40, answered: 39.96 },
      { kind: 'soft', asked: 24, answered: 11.41 },
    ],
  },
];

const { tool, date, device, base, marked, textSources } = driftCircumstances;

const facts = {
  ...{ tool, date, device, base, marked, textSources },
  keySet: { commitment: verifyCircumstances.commitment, count: 64 },
  release: '4e'.repeat(32),
  settings: { list: 'short', mergedWith: null, precision: 'single' },
  texts: 100,
  tokens: 12_000,
  grade: 'C',
} as const;

export const rehearsalCircumstances = {
  ...facts,
  textSources: [...textSources],
  certificate: certifyRehearsal({ ...facts, textSources: [...textSources], rows: sampleRehearsal }),
};
