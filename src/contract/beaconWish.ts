import * as z from 'zod';

/** The chains of the beacon, by the names that drand gives them. */
export const beaconChainSchema = z.enum(['quicknet', 'default']);
export type BeaconChain = z.infer<typeof beaconChainSchema>;

/** The shortest and the longest time from the making of a key set to the round that draws its responses. */
export const leastWaitMinutes = 1;
export const mostWaitMinutes = 366 * 24 * 60;

/** A wish to leave the draws of a new key set to a round of a public beacon that is still to come. */
export const beaconWishSchema = z.strictObject({
  chain: beaconChainSchema,
  /** The round, named in advance. */
  round: z.int().min(1).optional(),
  /** Where no round is named: how many minutes the first one has to be away when the keys are committed. */
  waitMinutes: z.int().min(leastWaitMinutes).max(mostWaitMinutes).optional(),
});
export type BeaconWish = Readonly<z.infer<typeof beaconWishSchema>>;

/** The round that a key set was committed to. */
export const announcedSchema = z.object({
  /** Name and hash of the chain. */
  chain: z.string(),
  chainHash: z.string(),
  round: z.number(),
  /** When it will be signed: ISO 8601. */
  time: z.string(),
});
export type Announced = Readonly<z.infer<typeof announcedSchema>>;
