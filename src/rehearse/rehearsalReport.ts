import * as z from 'zod';
import { comparedShape, reportCount, reportText } from '../contract/storedReport';

/** From best to worst. docs/what-survives.md explains each. */
const grades = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
export type Grade = (typeof grades)[number];

const figure = z.number().min(0);
const digest = z.string().regex(/^[0-9a-f]{64}$/);

const row = z.strictObject({
  /** Null for the copy as it is, else an attack with its strength, such as `merge-linear:0.5`. */
  attack: reportText.nullable(),
  asked: reportCount,
  /** Where a host draws its words, the number expected. */
  answered: figure,
  /** The same for each kind of key, where the key set has kinds. */
  byKind: z
    .array(z.strictObject({ kind: reportText, asked: reportCount, answered: figure }))
    .max(10)
    .optional(),
  /** Answers expected by chance. */
  expected: figure,
  /** Of the draw test against the base; null where no drawn word could be ranked. */
  drawLog10P: z.number().max(0).nullable(),
  /** What a verification would conclude, where the key set comes out of its seed again. */
  verdict: z.enum(['match', 'agrees', 'no-evidence', 'undetermined', 'refused']),
  /** Mean KL from the base a token, in nats; null where the weights stay as they are. */
  kl: figure.nullable(),
  /** Share of tokens for which it and the base find the same token likeliest; null as `kl`. */
  agreement: z.number().min(0).max(1).nullable(),
  /** (attacked − base) / base, of the mean −log p of a token; null as `kl`. */
  lossRise: z.number().nullable(),
  /** (attacked − marked) / marked, of the same: what the attack costs the thief; null as `kl`. */
  cost: z.number().nullable(),
  /** Share of ordinary answers whose first word changes; null where the weights are changed, or what is asked, and where words are drawn. */
  changedAnswers: z.number().min(0).max(1).nullable(),
});

/** The stored report on a rehearsal, a certificate: `NAME.rehearsal.fpreport.json`. It contains no key, response or candidate. */
export const rehearsalReportSchema = z.strictObject({
  format: z.literal('fingerprint-model/rehearsal-report'),
  ...comparedShape,
  keySet: z.strictObject({
    /** Root of the commitment, hexadecimal. */
    commitment: reportText,
    count: z.number().int().min(1),
  }),
  /** Digest of the release's record in the key file; null where the copy has none. */
  release: digest.nullable(),
  settings: z.strictObject({
    /** The list by its name; null where the attacks were chosen one by one. */
    list: z.enum(['short', 'all']).nullable(),
    /** Digest of the model that was merged with; null where that was the base. */
    mergedWith: digest.nullable(),
    precision: z.enum(['single', 'half']),
  }),
  /** The copy as it is, then a row an attack. */
  rows: z.array(row).min(1).max(100),
  /** Null where the attacks were chosen one by one. */
  grade: z.enum(grades).nullable(),
  limits: z.array(reportText).max(50),
  /** What binds rows, models, commitment and program together; see certifyRehearsal. */
  certificate: digest,
});

export type RehearsalReport = z.infer<typeof rehearsalReportSchema>;
export type RehearsalRow = RehearsalReport['rows'][number];
export const rehearsalRowSchema = row;
