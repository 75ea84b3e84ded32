import * as z from 'zod';
import { announcedSchema } from '../beaconWish';
import { keyKinds } from '../keyKinds';
import { declareOperation } from '../declaration';

/** Shows what a key set holds. Keys and responses are left out unless `reveal` asks for them. */
export const showKeySet = declareOperation({
  name: 'showKeySet',
  title: 'show',
  description: 'describe a key set',
  request: z.strictObject({ keys: z.string(), reveal: z.boolean() }),
  result: z.object({
    lines: z.array(z.string()),
    model: z.string(),
    baseDigest: z.string(),
    strategy: z.string(),
    createdAt: z.string(),
    commitment: z.string(),
    /** Whether the responses are drawn; in a set of a beacon, the round that drew them or will. */
    drawn: z.boolean(),
    beacon: announcedSchema.optional(),
    /** In a set that a beacon drew: the commitment to the keys before the draw. */
    keysCommitment: z.string().optional(),
    count: z.number(),
    spent: z.number(),
    /** When and why keys were marked as spent; absent where no reason was noted. */
    spending: z.array(z.object({ at: z.string(), why: z.string(), keys: z.array(z.number()) })).optional(),
    candidates: z.number(),
    responseLength: z.number(),
    neutralPrompts: z.number(),
    releases: z.array(z.object({ markedDigest: z.string(), createdAt: z.string() })),
    keys: z.array(
      z.object({
        /** Number of the key in its set, from 0. */
        index: z.number(),
        /** Absent in sets of earlier versions. */
        kind: z.enum(keyKinds).optional(),
        spent: z.boolean(),
        /** Only when revealing was requested. */
        key: z.string().optional(),
        response: z.string().optional(),
        /** The response as the base goes on with it. */
        inSentence: z.string().optional(),
      }),
    ),
  }),
  traits: { needsSecrets: true },
});
