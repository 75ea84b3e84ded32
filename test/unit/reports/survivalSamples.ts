import { attackNames } from '../../../src/rehearse/attackNames';
import type { SurvivalRow } from '../../../src/rehearse/survivalReport';
import { driftCircumstances, verifyCircumstances } from './samples';

const answers = [64, 64, 60, 55, 0, 62];

/** What a copy and its attacked copies showed: nothing is found after the fourth attack. */
export const sampleSurvival: SurvivalRow[] = [null, ...attackNames].map((attack, i) => ({
  attack,
  asked: 64,
  answered: answers[i]!,
  expected: 6.4,
  drawLog10P: i === 4 ? null : -64 + i,
  verdict: i === 4 ? 'no-evidence' : 'match',
  kl: 0.019 + i / 100,
  agreement: 0.95,
  lossRise: 0.002,
}));

const { tool, date, device, base, marked, textSources } = driftCircumstances;

export const survivalCircumstances = {
  ...{ tool, date, device, base, marked, textSources },
  keySet: { commitment: verifyCircumstances.commitment, count: 64 },
  texts: 100,
  tokens: 12_000,
};
