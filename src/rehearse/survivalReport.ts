import * as z from 'zod';
import { comparedShape, reportCount, reportText } from '../contract/storedReport';
import { attackNames } from './attackNames';

const row = z.strictObject({
  /** Null for the copy as it is. */
  attack: z.enum(attackNames).nullable(),
  asked: reportCount,
  answered: reportCount,
  /** Answers expected by chance. */
  expected: z.number().min(0),
  /** Of the draw test against the base; null where no drawn word could be ranked. */
  drawLog10P: z.number().max(0).nullable(),
  /** What a verification would conclude, where the key set comes out of its seed again. */
  verdict: z.enum(['match', 'agrees', 'no-evidence', 'undetermined', 'refused']),
  /** Mean KL from the base a token, in nats. */
  kl: z.number().min(0),
  /** Share of tokens for which both find the same token likeliest. */
  agreement: z.number().min(0).max(1),
  /** (attacked − base) / base, of the mean −log p of a token. */
  lossRise: z.number(),
});

/** The stored report on copies that were attacked: `NAME.survival.fpreport.json`. It contains no key, response or candidate. */
export const survivalReportSchema = z.strictObject({
  format: z.literal('fingerprint-model/survival-report'),
  ...comparedShape,
  keySet: z.strictObject({
    /** Root of the commitment, hexadecimal. */
    commitment: reportText,
    count: z.number().int().min(1),
  }),
  /** The copy as it is, then a row an attack. */
  rows: z.array(row).min(1).max(100),
  limits: z.array(reportText).max(50),
});

export type SurvivalReport = z.infer<typeof survivalReportSchema>;
export type SurvivalRow = SurvivalReport['rows'][number];
