// Tables and numbers of the page of measurements.

/** Lines of a Markdown table; the first column is text, the others are numbers. */
export function makeTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string[] {
  const toLine = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [
    toLine(head),
    toLine(head.map((_, column) => (column === 0 ? '---' : '---:'))),
    ...rows.map(toLine),
  ];
}

export function formatSeconds(seconds: number): string {
  return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
}

export function formatMs(seconds: number): string {
  return `${(seconds * 1000).toFixed(0)} ms`;
}

export function toMib(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The goal for a value. */
type Bound = { readonly most: number } | { readonly least: number };

/** "0.31 (goal: at most 0.4; met)", for a bound that was asked for. */
export function compareWithBound(value: number, bound: Bound): string {
  const isKept = 'most' in bound ? value <= bound.most : value >= bound.least;
  const words = 'most' in bound ? `at most ${bound.most}` : `at least ${bound.least}`;
  return `${value.toFixed(2)} (goal: ${words}; ${isKept ? 'met' : 'missed'})`;
}
