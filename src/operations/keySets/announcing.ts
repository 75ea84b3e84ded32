import { announceRound, describeKnownRound } from '../../beacon/announceRound';
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
  const round = draw.from === 'announced' ? describeKnownRound(draw) : undefined;
  return round ? { announced: round } : {};
}
