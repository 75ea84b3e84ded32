import { isSpoken } from '../contract/keyKinds';
import { drawnIndex, type AskedKey } from './askedKey';
import type { DrawRank } from './drawTest';
import type { ScoreName } from './scores';
import type { Judgement } from './verdict';

interface Ranked {
  readonly score: ScoreName;
  readonly ranks: (DrawRank | undefined)[];
}

interface Seen {
  readonly answers: (boolean | undefined)[];
  readonly ranked: Ranked[];
  /** Slots of keys that were asked and could not be decided. */
  readonly undecided: ReadonlySet<number>;
}

/**
 * Judges what was seen, and never says *no evidence* where that rests on keys that could not be decided: if
 * the best that they could have shown would have been a match, the verdict is *undetermined*.
 * @param judge judgeSuspect for these keys.
 */
export function withUndecided(
  judge: (answers: (boolean | undefined)[], ranked: Ranked[]) => Judgement,
  keys: readonly AskedKey[],
  { answers, ranked, undecided }: Seen,
): Judgement {
  const seen = judge(answers, ranked);
  if (undecided.size === 0 || seen.verdict.kind !== 'no-evidence') return seen;
  const best = judge(
    answers.map((answered, slot) => (undecided.has(slot) && isSpoken(keys[slot]!) ? true : answered)),
    ranked.map(({ score, ranks }) => ({
      score,
      ranks: ranks.map((rank, slot) => (undecided.has(slot) ? rankFirst(keys[slot]!) : rank)),
    })),
  );
  if (isNothing(best)) return seen;
  return { ...seen, verdict: { ...seen.verdict, kind: 'undetermined' } };
}

function isNothing({ verdict: { kind } }: Judgement): boolean {
  return kind === 'no-evidence' || kind === 'undetermined';
}

function rankFirst(key: AskedKey): DrawRank | undefined {
  return drawnIndex(key) < 0 ? undefined : { rank: 0, candidateCount: key.candidates.length };
}
