import * as z from 'zod';
import { roundNumberSchema, signatureSchema } from '../../beacon/drandRound';
import { deviceSchema, precisionSchema } from '../../contract/devices';
import { areEqualIds } from '../canonical';
import { keyKinds } from '../../contract/keyKinds';
import { commitKeySet, digestRelease } from '../commitment';
import { areDealt } from '../dealKinds';
import type { KeySet } from '../keySet';
import { pickCandidate } from '../drawing/pick';
import { findDrawFault } from '../laterDraw/beaconDraw';
import type { UndrawnKeySet } from '../laterDraw/undrawnKeySet';
import { deriveOrder } from '../seed';
import { verdictRules } from '../verdictRules';

export const maxKeys = 2 ** 17;
/** Of why keys are spent, in characters. */
export const longestReason = 500;
const maxIds = 2 ** 16;

export const digestSchema = z.string().regex(/^[0-9a-f]{64}$/);
/** The digest of weights or of a tokenizer, in whatever form `checkpoint/` writes it. */
export const modelDigestSchema = z.string().min(1).max(256);
export const textSchema = z.string().max(2 ** 20);
export const idsSchema = z
  .array(
    z
      .int()
      .min(0)
      .max(2 ** 31),
  )
  .min(1)
  .max(maxIds);
export const keyCountSchema = z.int().min(0).max(maxKeys);

/** Between 2 and 256 different first tokens. */
export const candidatesSchema = idsSchema
  .min(2)
  .max(256)
  .refine((ids) => new Set(ids).size === ids.length, 'candidates must differ');

const naturalKeySchema = z.strictObject({ text: textSchema, ids: idsSchema });

/** One response for each candidate. */
export const responsesSchema = z.array(naturalKeySchema).min(2).max(256);

/** A key without its draw. */
export const keyShape = {
  ...naturalKeySchema.shape,
  candidates: candidatesSchema,
  candidateTexts: z.array(textSchema),
  /** Absent in files of earlier versions, and in imported keys without one. */
  kind: z.enum(keyKinds).optional(),
  spent: z.boolean(),
};

const keySchema = z
  .strictObject({
    ...keyShape,
    pick: z.int().min(0),
    response: naturalKeySchema,
    /** Absent in files of earlier versions, and where no model was open. */
    inSentence: z.string().max(1024).optional(),
    responses: responsesSchema.optional(),
  })
  .refine((key) => key.candidateTexts.length === key.candidates.length, 'every candidate needs a text')
  .refine((key) => key.response.ids[0] === key.candidates[key.pick], 'the response is not the drawn one');

const releaseSchema = z
  .strictObject({
    commitment: digestSchema,
    baseDigest: modelDigestSchema,
    markedDigest: modelDigestSchema,
    createdAt: textSchema,
    recordDigest: digestSchema,
  })
  .refine((release) => digestRelease(release) === release.recordDigest, 'the release record was changed');

/** A round of a beacon: the hash of its chain, and its number. */
export const announcedShape = { chain: digestSchema, round: roundNumberSchema };

const drawSchema = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('seed') }),
  z.strictObject({
    from: z.literal('beacon'),
    ...announcedShape,
    signature: signatureSchema,
    previousSignature: signatureSchema.or(digestSchema).optional(),
    keysCommitment: digestSchema,
  }),
]);

/** The content of a key file, checked against its own commitment, order and draws. */
export const keySetSchema = z
  .strictObject({
    strategy: z.enum(['inverse-nucleus', 'imported']),
    drawing: z
      .strictObject({
        recipe: z.int().min(1),
        keysFrom: z.enum(['model', 'prompts']),
        device: deviceSchema,
        precision: precisionSchema,
      })
      .optional(),
    seed: digestSchema.transform((text) => new Uint8Array(Buffer.from(text, 'hex'))),
    toolVersion: textSchema,
    createdAt: textSchema,
    base: z.strictObject({
      name: textSchema,
      path: textSchema.optional(),
      digest: modelDigestSchema,
      tokenizerDigest: modelDigestSchema,
      chatRenderingDigest: digestSchema.nullable(),
    }),
    /** Absent in files of earlier versions, and where no beacon drew. */
    draw: drawSchema.default({ from: 'seed' }),
    rules: z.strictObject({
      threshold: z.number().min(0).max(1).nullable(),
      candidateCount: z.int().min(2).max(256),
      responseLength: z.int().min(1).max(maxIds),
    }),
    verdict: z.strictObject({
      alpha: z.number().gt(0).max(verdictRules.alpha, 'the limit for a match is laxer than the program’s'),
      tests: z
        .array(z.enum(verdictRules.tests, 'the program has no such test'))
        .min(1)
        .refine((tests) => new Set(tests).size === tests.length, 'a test is listed twice'),
      normaliser: textSchema,
    }),
    keys: z.array(keySchema).min(1).max(maxKeys),
    neutralPrompts: z.array(naturalKeySchema).max(maxKeys),
    order: z.array(z.int()),
    commitment: digestSchema,
    releases: z.array(releaseSchema).max(10_000),
    /** Absent before there were reasons. */
    spending: z
      .array(
        z.strictObject({
          at: textSchema,
          why: z.string().max(longestReason),
          keys: z.array(keyCountSchema).max(maxKeys),
        }),
      )
      .max(10_000)
      .optional(),
  })
  .superRefine((keySet, context) => {
    const fault = findFault(keySet);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  });

function findFault(keySet: KeySet): string | undefined {
  const { seed, keys, strategy, draw, spending = [] } = keySet;
  if (spending.some((record) => record.keys.some((index) => keys[index]?.spent !== true)))
    return 'a note on spent keys names one that is not spent';
  const fault = findUndrawnFault(keySet) ?? (draw.from === 'beacon' && findDrawFault(keySet, draw));
  if (fault) return fault;
  if (draw.from === 'seed' && keys.some(({ responses }) => responses !== undefined))
    return 'a key has responses that nothing commits to';
  const isBound = keys.every((key) => pickCandidate(seed, key.ids, key.candidates) === key.pick);
  if (strategy === 'inverse-nucleus' && draw.from === 'seed' && !isBound)
    return 'a response is not the one that the seed draws';
  if (strategy === 'inverse-nucleus' && draw.from === 'seed' && !areDealt(seed, keys))
    return 'a key is of another kind than the seed deals it';
  return commitKeySet(keySet).commitment === keySet.commitment ? undefined : 'the commitment does not match';
}

/** What can be wrong with a set whether its responses are drawn or not. */
export function findUndrawnFault({
  seed,
  keys,
  order,
  rules,
}: Pick<KeySet | UndrawnKeySet, 'seed' | 'keys' | 'order' | 'rules'>): string | undefined {
  if (keys.some((key) => key.candidates.length !== rules.candidateCount))
    return 'a key has the wrong number of candidates';
  const repeated = findRepeated(keys);
  if (repeated !== undefined) return `key ${repeated + 1} repeats an earlier one`;
  if (!areEqualIds(order, deriveOrder(seed, keys.length))) return 'the order does not follow from the seed';
  return undefined;
}

/** The index of the first key with the text or the tokens of an earlier one. */
function findRepeated(
  keys: readonly { readonly text: string; readonly ids: readonly number[] }[],
): number | undefined {
  const seen = new Set<string>();
  const found = keys.findIndex(({ text, ids }) => {
    const names = [`text ${text}`, `ids ${ids.join()}`];
    const isKnown = names.some((name) => seen.has(name));
    for (const name of names) seen.add(name);
    return isKnown;
  });
  return found < 0 ? undefined : found;
}
