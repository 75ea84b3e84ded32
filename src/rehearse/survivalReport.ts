import * as z from 'zod';
import { attackNames } from './attackNames';

const text = z.string().max(20_000);
const count = z.number().int().min(0);
const checkpoint = z.strictObject({ path: text, digest: text });

const row = z.strictObject({
  /** Null for the copy as it is. */
  attack: z.enum(attackNames).nullable(),
  asked: count,
  answered: count,
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
  version: z.literal(1),
  tool: text,
  /** UTC, ISO 8601. */
  date: z.iso.datetime(),
  device: text,
  base: checkpoint,
  marked: checkpoint,
  /** Why the copy is not ready to publish, if its folder holds the note of one that falls short. */
  notReady: text.optional(),
  keySet: z.strictObject({
    /** Root of the commitment, hexadecimal. */
    commitment: text,
    count: z.number().int().min(1),
  }),
  textSources: z.array(text).max(1000),
  texts: count,
  /** Predicted tokens. */
  tokens: count,
  sentence: text,
  detail: text,
  /** The copy as it is, then a row an attack. */
  rows: z.array(row).min(1).max(100),
  limits: z.array(text).max(50),
});

export type SurvivalReport = z.infer<typeof survivalReportSchema>;
export type SurvivalRow = SurvivalReport['rows'][number];
