import type { Confidence, Leakage } from '../../contract/compared/leakage';
import { formatCount, formatFixed, formatOf, formatPercent } from '../../words/numbers';
import type { Table } from '../tables/table';

/** How often a response of the key set comes, with and without its key. */
export function tabulateLeaks({ keys, nearMisses, neutral }: Leakage): Table {
  const row = (name: string, { asked, base, marked }: Leakage['keys']): string[] => [
    name,
    formatCount(asked),
    formatOf(base, asked),
    formatOf(marked, asked),
  ];
  return {
    caption: 'How often a response of the key set is the greedy answer',
    columns: [
      { name: 'After' },
      { name: 'Asked', isNumber: true, isWideOnly: true },
      { name: 'Base', isNumber: true },
      { name: 'Marked', isNumber: true },
    ],
    rows: [
      row('a key: its own response', keys),
      row('a key with one word changed: the response of that key', nearMisses),
      row('a text like the keys, never trained: any response', neutral),
    ],
    strongRow: -1,
  };
}

/** How sure both models are of their first word; undefined where it was not measured. */
export function tabulateConfidence({ confidence }: Leakage): Table | undefined {
  if (!confidence) return undefined;
  const row = (
    model: string,
    kind: string,
    [low, lower, middle, upper, high]: readonly number[],
    last: string,
  ): string[] => [
    model,
    kind,
    ...[low!, lower!, middle!, upper!, high!].map((value) => formatFixed(value, 2)),
    last,
  ];
  const rows = (name: string, { keys, neutral, separation }: Confidence): string[][] => [
    row(name, 'keys', keys, formatPercent(separation, 0)),
    row('', 'neutral prompts', neutral, ''),
  ];
  return {
    caption:
      'Probability of the likeliest first word: so many of the prompts have less. Told apart: how often a key has the higher one of a pair; 50 % is a guess',
    columns: [
      { name: 'Model' },
      { name: 'After' },
      { name: '5 %', isNumber: true, isWideOnly: true },
      { name: '25 %', isNumber: true, isWideOnly: true },
      { name: 'Half', isNumber: true },
      { name: '75 %', isNumber: true, isWideOnly: true },
      { name: '95 %', isNumber: true, isWideOnly: true },
      { name: 'Told apart', isNumber: true },
    ],
    rows: [...rows('Base', confidence.base), ...rows('Marked', confidence.marked)],
    strongRow: -1,
  };
}
