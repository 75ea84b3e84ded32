import { keyKinds } from '../contract/keyKinds';
import * as z from 'zod';
import { kinshipSteps } from './kinship';
import { otherReasons } from './otherVerdict';

/** Sizes that no report of ours reaches: a larger file is not read. */
const maxKeys = 100_000;
const maxText = 4000;

const text = z.string().max(maxText);
const count = z.number().int().min(0);
const share = z.number().min(0).max(1);
const interval95 = z.strictObject({ low: share, high: share });
const log10P = z.number().max(0);
const scoreName = z.enum(['suspect-alone', 'minus-base', 'minus-base-and-shift']);
const checkpoint = z.strictObject({ path: text, digest: text });

const answersTest = z.strictObject({
  name: z.literal('answers'),
  asked: count,
  hits: count,
  /** An upper bound of the number expected by chance. */
  expectedHits: z.number().min(0),
  interval95,
  log10P,
  p: text,
});

const drawTest = z.strictObject({
  name: scoreName,
  asked: count,
  /** Keys whose drawn candidate ranks first. */
  firsts: count,
  expectedFirsts: z.number().min(0),
  interval95,
  rankSum: count,
  expectedRankSum: z.number().min(0),
  /** Of the rank sum: the verdict uses this. */
  log10P,
  p: text,
  /** Of the number of firsts alone. */
  firstsLog10P: log10P,
  /** Keys for every rank: seen, and expected by chance. */
  histogram: z.array(z.strictObject({ rank: count, seen: count, expected: z.number().min(0) })).max(10_000),
});

const keyRow = z.strictObject({
  index: count,
  candidateCount: z.number().int().min(1),
  /** Absent where the key set has only one kind of key. */
  kind: z.enum(keyKinds).optional(),
  asked: z.boolean(),
  answered: z.boolean().nullable(),
  ranks: z.array(z.strictObject({ score: scoreName, rank: count.nullable() })).max(3),
});

/** What was seen of a suspect besides its answers. */
const suspectRead = z.strictObject({
  /** What it is, cheapest comparison first, then the tests. */
  kinship: z
    .array(
      z.strictObject({
        step: z.enum(kinshipSteps),
        finding: z.enum(['yes', 'no', 'unknown']),
        sentence: text,
      }),
    )
    .max(10),
  /** Ways to read its folder, all of them asked; 0 where it cannot be read. */
  readings: count,
  /** Tests of all these ways together: the smallest p-value is multiplied by their number. */
  testCount: z.number().int().min(1).max(1000),
  /** Why the verdict is not the one that the counts alone would give. */
  other: z.strictObject({ reason: z.enum(otherReasons), sentence: text, chance: text }).optional(),
  /** In which points they differ, as parts of a sentence. */
  conflicts: z.array(text).max(50),
  /** Sentences: what was not obeyed, not read, or not tested. */
  notes: z.array(text).max(50),
  /** Sentences: what else in its folder can be another model. */
  further: z.array(text).max(20),
  /** Where nothing was found: what would have been seen. */
  power: z.array(text).max(10),
});

/** The stored report of one verification: `NAME.verify.fpreport.json`. It contains no key, response or candidate. */
export const verifyReportSchema = z.strictObject({
  format: z.literal('fingerprint-model/verify-report'),
  version: z.literal(1),
  tool: text,
  /** UTC, ISO 8601. */
  date: z.iso.datetime(),
  device: text,
  suspect: checkpoint,
  /** Why the suspect is not ready to publish, if its folder holds the note of a copy that falls short. */
  notReady: text.optional(),
  base: checkpoint.nullable(),
  keySet: z.strictObject({
    /** Root of the commitment, hexadecimal. */
    commitment: text,
    count,
    asked: count,
    order: z.literal('as committed'),
  }),
  sharedTokenizer: z.boolean(),
  neutralPrompts: count,
  /** Reports of earlier versions lack it. */
  suspectRead: suspectRead.optional(),
  /** What is known of how the drawn words were chosen; reports of earlier versions lack it. */
  claim: z
    .strictObject({
      kind: z.enum(['re-derived', 'beacon', 'key-file', 'contradicted']),
      sentence: text,
      /** Whose record this is, and how somebody else repeats it. */
      repeat: text,
      log10Tries: z.number().min(0).max(1000),
      /** Keys that did not come out when the set was derived again. */
      missing: count,
      /** Keys that count for neither side, because the base answers them with one of their candidates. */
      answeredByBase: count,
      /** Keys that count for neither side, because they nearly repeat an earlier one. */
      repeats: count,
    })
    .optional(),
  verdict: z.strictObject({
    kind: z.enum(['match', 'agrees', 'no-evidence', 'undetermined', 'refused']),
    sentence: text,
    chance: text,
    rule: text,
    decidedBy: z.enum(['answers', ...scoreName.options]),
    testCount: z.number().int().min(1),
    /** The limit for a match. */
    alpha: z.number().gt(0).lt(1),
    correction: text,
    log10CorrectedP: log10P,
    /** Reports before claims were checked lack it. */
    log10ClaimedP: log10P.optional(),
    correctedP: text,
    log10BestCorrectedP: log10P,
    /** The number of answers that would have been a match by themselves; null when not even all would. */
    answersNeeded: count.nullable(),
  }),
  answers: answersTest,
  draws: z.array(drawTest).max(3),
  /**
   * Log-probability of each drawn word in nats, rounded to half a nat and sorted: no entry says which key it is of.
   * Only where both models were asked; reports of earlier versions lack it.
   */
  drawnWords: z
    .array(z.strictObject({ base: z.number().max(0), suspect: z.number().max(0) }))
    .max(maxKeys)
    .optional(),
  /** In the committed order. */
  keys: z.array(keyRow).max(maxKeys),
  shows: z.array(text).max(20),
  doesNotShow: z.array(text).max(20),
});

export type VerifyReport = z.infer<typeof verifyReportSchema>;
