// Tables and numbers of the page of measurements.

/** Lines of a Markdown table; the first column is text, the others are numbers. */
export function makeTable(head, rows) {
  const toLine = (cells) => `| ${cells.join(' | ')} |`;
  return [
    toLine(head),
    toLine(head.map((_, column) => (column === 0 ? '---' : '---:'))),
    ...rows.map(toLine),
  ];
}

export function formatSeconds(seconds) {
  return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
}

export function formatMs(seconds) {
  return `${(seconds * 1000).toFixed(0)} ms`;
}

export function toMib(bytes) {
  return (bytes / 2 ** 20).toFixed(0);
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** "0.31 (at most 0.40: kept)", for a bound that was asked for. */
export function compareWithBound(value, { most, least }) {
  const isKept = most === undefined ? value >= least : value <= most;
  const bound = most === undefined ? `at least ${least}` : `at most ${most}`;
  return `${value.toFixed(2)} (asked: ${bound}; ${isKept ? 'kept' : 'missed'})`;
}
