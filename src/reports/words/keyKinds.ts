import type { KeyKind } from '../../contract/keyKinds';
import { formatOf } from '../../words/numbers';

/** A key as a judgement or a report lists it. */
interface ListedKey {
  readonly kind?: KeyKind | undefined;
  readonly answered?: boolean | null | undefined;
  readonly ranks: readonly { readonly rank?: number | null | undefined }[];
}

/**
 * What each kind of key showed, in a sentence; none where the set has only one kind. A quiet key counts by its rank
 * under the first score.
 */
export function sayKinds(keys: readonly ListedKey[]): string[] {
  const of = (kind: KeyKind): readonly ListedKey[] => keys.filter((key) => key.kind === kind);
  const answered = (['loud', 'soft'] as const).flatMap((kind) => {
    const asked = of(kind).filter((key) => typeof key.answered === 'boolean');
    const hits = asked.filter((key) => key.answered).length;
    return asked.length === 0 ? [] : [`${formatOf(hits, asked.length)} ${kind} keys are answered`];
  });
  const ranked = of('quiet').filter(({ ranks }) => typeof ranks[0]?.rank === 'number');
  const firsts = ranked.filter(({ ranks }) => ranks[0]!.rank === 0).length;
  const parts = [
    ...answered,
    ...(ranked.length === 0
      ? []
      : [`the drawn words of ${formatOf(firsts, ranked.length)} quiet keys rank first`]),
  ];
  if (parts.length < 2) return [];
  const text = `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)!}.`;
  return [`${text.charAt(0).toUpperCase()}${text.slice(1)}`];
}
