import { announceRound, describeRound } from '../../beacon/announceRound';
import { drandChains } from '../../beacon/chains';
import type { Announced, BeaconWish } from '../../contract/beaconWish';
import type { Announcement } from '../../fingerprint/drawing/keySetDrawing';
import type { KeySet } from '../../fingerprint/keySet';
import type { UndrawnKeySet } from '../../fingerprint/laterDraw/undrawnKeySet';

/**
 * Fixes, now, the round that will draw a key set.
 * @throws UserError `unusable-round`.
 */
export function announceNow(wish: BeaconWish): Announcement {
  const now = Date.now();
  const { chainHash: chain, round } = announceRound(wish, now);
  return { createdAt: new Date(now).toISOString(), chain, round };
}

/** As part of a result: the round that will draw an undrawn set. */
export function listAnnounced({ draw }: KeySet | UndrawnKeySet): { announced?: Announced } {
  const round = draw.from === 'announced' ? describeDraw(draw) : undefined;
  return round ? { announced: round } : {};
}

/** The round that draws a set or drew it; undefined where the seed did, and for a chain that this version does not know. */
export function describeDraw(draw: (KeySet | UndrawnKeySet)['draw']): Announced | undefined {
  if (draw.from === 'seed') return undefined;
  const chain = drandChains.find(({ hash }) => hash === draw.chain);
  return chain && describeRound(chain, draw.round);
}
