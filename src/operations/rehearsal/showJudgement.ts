import { keyKinds, kindOf, type KeyKind } from '../../contract/keyKinds';
import type { RehearsalRow } from '../../rehearse/rehearsalReport';
import type { Judgement } from '../../verify/verdict';

type Shown = Pick<RehearsalRow, 'asked' | 'answered' | 'byKind' | 'expected' | 'drawLog10P' | 'verdict'>;

/** What a judgement shows of all keys, and of those of each kind. */
export function showJudgement({ answers, draws, verdict, keys }: Judgement): Shown {
  const draw = draws.find(({ name, asked }) => name === 'minus-base' && asked > 0);
  const asked = keys.filter(({ answered }) => answered !== undefined);
  return {
    asked: answers.asked,
    answered: answers.hits,
    ...countByKind(asked, ({ answered }) => Number(answered)),
    expected: answers.expectedHits,
    drawLog10P: draw ? Math.min(0, draw.log10P) : null,
    verdict: verdict.kind,
  };
}

/** Keys that were asked and what they count for, for each kind; nothing where all are of one kind. */
export function countByKind<Asked extends { readonly kind?: KeyKind | undefined }>(
  asked: readonly Asked[],
  countOf: (key: Asked) => number,
): Pick<RehearsalRow, 'byKind'> {
  const kinds = new Map<KeyKind, { kind: KeyKind; asked: number; answered: number }>();
  for (const key of asked) {
    const kind = kindOf(key);
    const known = kinds.get(kind) ?? { kind, asked: 0, answered: 0 };
    known.asked++;
    known.answered += countOf(key);
    kinds.set(kind, known);
  }
  if (kinds.size < 2) return {};
  return { byKind: keyKinds.flatMap((kind) => kinds.get(kind) ?? []) };
}
