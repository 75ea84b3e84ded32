import type { DrandChain } from './chains';

/** When a round is signed, in milliseconds since 1970: round 1 at the chain's genesis. */
export function timeOfRound({ genesisTime, period }: DrandChain, round: number): number {
  return (genesisTime + (round - 1) * period) * 1000;
}

/** The first round that is not signed before a time, in milliseconds since 1970. */
export function findRoundFrom({ genesisTime, period }: DrandChain, timeMs: number): number {
  return Math.max(1, Math.ceil((timeMs / 1000 - genesisTime) / period) + 1);
}
