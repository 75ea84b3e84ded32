import * as z from 'zod';
import { announcedSchema, beaconWishSchema } from '../beaconWish';
import { declareOperation } from '../declaration';
import { phases } from '../phases';
import { placementWishes, ranOn } from '../devices';

/** Keys in a set unless somebody says otherwise, and those for which a model's needs are estimated. */
export const usualKeyCount = 64;
/** The most keys in a set, and the most tokens in a response. */
export const mostKeys = 100_000;
export const longestResponse = 64;

/** Draws a key set from a model and writes its encrypted file. */
export const createKeySet = declareOperation({
  name: 'createKeySet',
  title: 'key set',
  verb: 'Draw key set',
  description: 'draw secret keys and responses from a model',
  request: z.strictObject({
    model: z.string(),
    count: z.int().min(1).max(mostKeys),
    /** The key-set file to make. */
    out: z.string(),
    /** Tokens in a response; 1 when left out. */
    responseLength: z.int().min(1).max(longestResponse).optional(),
    /** How many of the keys are soft and quiet; the others are loud. None when left out. */
    soft: z.int().min(0).max(mostKeys).optional(),
    quiet: z.int().min(0).max(mostKeys).optional(),
    /** A file with the creator's own prompts, one a line, or rows of JSON. */
    prompts: z.string().optional(),
    /** A file with the 32 bytes of the seed, instead of a random seed. */
    seedFile: z.string().optional(),
    /** Leaves the draws to a public beacon; without it the seed draws. */
    draw: beaconWishSchema.optional(),
    ...placementWishes,
  }),
  result: z.looseObject({
    out: z.string(),
    count: z.number(),
    commitment: z.string(),
    /** The round that will draw; absent where the seed drew. */
    announced: announcedSchema.optional(),
    /** Rows of the prompts file that hold no prompt; absent without such a file. */
    rowsLeftOut: z.number().optional(),
    warnings: z.array(z.string()),
    ...ranOn,
    seconds: z.number(),
  }),
  phases: [
    phases.openingModel,
    phases.measuringOrdinaryText,
    phases.drawingKeys,
    phases.drawingNeutralPrompts,
    phases.readingOn,
  ],
  traits: { runsInChild: true, needsSecrets: true },
});
