import type { Key, KeySet } from '../../fingerprint/keySet';
import type { RehearsalRow } from '../../rehearse/rehearsalReport';
import type { Judgement } from '../../verify/verdict';

type Shown = Pick<RehearsalRow, 'asked' | 'answered' | 'byKind' | 'expected' | 'drawLog10P' | 'verdict'>;

/** What a judgement shows of all keys, and of those of each kind. */
export function showJudgement({ answers, draws, verdict, keys }: Judgement, keySet: KeySet): Shown {
  const draw = draws.find(({ name, asked }) => name === 'minus-base' && asked > 0);
  const asked = keys.filter(({ answered }) => answered !== undefined);
  return {
    asked: answers.asked,
    answered: answers.hits,
    ...countByKind(keySet, asked, ({ answered }) => Number(answered)),
    expected: answers.expectedHits,
    drawLog10P: draw ? Math.min(0, draw.log10P) : null,
    verdict: verdict.kind,
  };
}

/** Keys that were asked and what they count for, for each kind; nothing for a key set without kinds. */
export function countByKind<Asked extends { readonly index: number }>(
  { keys }: KeySet,
  asked: readonly Asked[],
  countOf: (key: Asked) => number,
): Pick<RehearsalRow, 'byKind'> {
  const kinds = new Map<string, { kind: string; asked: number; answered: number }>();
  for (const key of asked) {
    const kind = kindOf(keys[key.index]!);
    if (kind === undefined) continue;
    const known = kinds.get(kind) ?? { kind, asked: 0, answered: 0 };
    known.asked++;
    known.answered += countOf(key);
    kinds.set(kind, known);
  }
  return kinds.size === 0 ? {} : { byKind: [...kinds.values()] };
}

/** How a key shows itself, where its set has several kinds: it answers `loud` or `soft`, or is `quiet` and only ranked. */
export function kindOf(key: Key & { readonly kind?: string }): string | undefined {
  return key.kind;
}
