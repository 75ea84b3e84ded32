import type { ComparedRelease } from '../../src/protocol/compare';
import { findWorst, shareAnswered } from './survived';

/** What the table can be sorted by: its columns. */
export const columns = [
  'name',
  'made',
  'recipe',
  'keys',
  'kl',
  'agreement',
  'verdict',
  'rehearsal',
  'time',
] as const;
export type Column = (typeof columns)[number];

export interface Sorting {
  readonly by: Column;
  readonly isDescending: boolean;
}

/** The newest first. */
export const firstSorting: Sorting = { by: 'made', isDescending: true };

/** The sorting after a click on a column's head: the other way round where it is sorted by this already. */
export function sortBy(before: Sorting, by: Column): Sorting {
  return { by, isDescending: before.by === by && !before.isDescending };
}

/** Strongest first. */
const verdictOrder = ['match', 'agrees', 'undetermined', 'no-evidence', 'refused'];

type Value = number | string | null;

const valueOf: Readonly<Record<Column, (release: ComparedRelease) => Value>> = {
  name: ({ name }) => name,
  made: ({ madeAt }) => madeAt,
  recipe: ({ recipe }) => recipe?.map(({ name, value }) => `${name} ${value}`).join() ?? null,
  keys: ({ answered, keyCount }) => (answered === null ? null : answered / keyCount),
  kl: ({ kl }) => kl,
  agreement: ({ agreement }) => agreement?.value ?? null,
  verdict: ({ verdict }) => verdict && verdictOrder.indexOf(verdict.kind),
  rehearsal: ({ rehearsal }) => {
    const worst = rehearsal && findWorst(rehearsal.rows);
    return worst ? shareAnswered(worst) : null;
  },
  time: ({ seconds }) => seconds,
};

/** A new list in this order. What was not measured comes last, whichever way it is sorted. */
export function sortReleases(
  releases: readonly ComparedRelease[],
  { by, isDescending }: Sorting,
): ComparedRelease[] {
  const read = valueOf[by];
  return [...releases].sort((a, b) => {
    const [left, right] = [read(a), read(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return isDescending ? compareValues(right, left) : compareValues(left, right);
  });
}

function compareValues(left: Value, right: Value): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return String(left).localeCompare(String(right), 'en', { numeric: true });
}
