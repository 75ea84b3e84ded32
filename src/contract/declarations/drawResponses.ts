import * as z from 'zod';
import { announcedSchema } from '../beaconWish';
import { declareOperation } from '../declaration';

/** Draws the responses of an undrawn key set from the round of a public beacon that it announced. */
export const drawResponses = declareOperation({
  name: 'drawResponses',
  title: 'draw',
  description: 'draw the responses of a key set from a public beacon',
  request: z.strictObject({
    keys: z.string(),
    /** A file with the round as drand publishes it, or drand's public servers. Only the latter uses the network. */
    source: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('file'), path: z.string() }),
      z.strictObject({ kind: z.literal('network') }),
    ]),
  }),
  result: z.object({
    keys: z.string(),
    count: z.number(),
    /** Of the drawn set. */
    commitment: z.string(),
    /** Of the keys before the draw. */
    keysCommitment: z.string(),
    drawnBy: announcedSchema,
  }),
  traits: { needsSecrets: true },
});
