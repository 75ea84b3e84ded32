import { UserError } from '../common/errors';
import { leastWaitMinutes, mostWaitMinutes, type Announced, type BeaconWish } from '../contract/beaconWish';
import { formatDate } from '../words/dates';
import { drandChains, type DrandChain } from './chains';
import { findRoundFrom, timeOfRound } from './roundTimes';

const minuteMs = 60_000;

/**
 * Fixes the round that will draw a key set. It is part of what is committed, so that nobody can wait for several
 * rounds and take the one that pleases.
 * @param nowMs the time of the commitment, in milliseconds since 1970
 * @throws UserError `unusable-round` for a named round that comes too early or too late.
 */
export function announceRound(
  wish: BeaconWish,
  nowMs: number,
  chains: readonly DrandChain[] = drandChains,
): Announced {
  const chain = chains.find(({ name }) => name === wish.chain)!;
  const earliestMs = nowMs + (wish.waitMinutes ?? leastWaitMinutes) * minuteMs;
  const round = wish.round ?? findRoundFrom(chain, earliestMs);
  const timeMs = timeOfRound(chain, round);
  const first = findRoundFrom(chain, earliestMs);
  if (round < first) throw tooEarly(chain, round, first);
  if (timeMs > nowMs + (mostWaitMinutes + leastWaitMinutes) * minuteMs) throw tooLate(round, timeMs);
  return describeRound(chain, round);
}

/** A round that is named by its chain's hash; undefined for a chain that this version does not know. */
export function describeKnownRound(
  { chain: chainHash, round }: { readonly chain: string; readonly round: number },
  chains: readonly DrandChain[] = drandChains,
): Announced | undefined {
  const chain = chains.find(({ hash }) => hash === chainHash);
  return chain && describeRound(chain, round);
}

/** A round of a chain, with the time at which it is signed. */
export function describeRound(chain: DrandChain, round: number): Announced {
  const time = new Date(timeOfRound(chain, round)).toISOString();
  return { chain: chain.name, chainHash: chain.hash, round, time };
}

function tooEarly(chain: DrandChain, round: number, first: number): UserError {
  return new UserError(
    'unusable-round',
    `Round ${round} of ${chain.name} is at ${sayTime(timeOfRound(chain, round))}, too soon after the keys are fixed.`,
    `Name a later round (the first possible one is now ${first}), or leave the round out.`,
  );
}

function tooLate(round: number, timeMs: number): UserError {
  return new UserError(
    'unusable-round',
    `Round ${round} is more than a year away${timeMs < 8e15 ? `, at ${sayTime(timeMs)}` : ''}.`,
    'Check the number, or leave the round out.',
  );
}

function sayTime(timeMs: number): string {
  return formatDate(new Date(timeMs).toISOString());
}
