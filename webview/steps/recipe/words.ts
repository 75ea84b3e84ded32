import { formatRough } from '../../../src/words/figures';

const thinSpace = '\u202f';

/** Two guesses at a time, in one unit where they share it: "6 to 11 min", "40 s to 2 min". */
export function formatRoughRange(low: number, high: number): string {
  const [from, to] = [formatRough(low), formatRough(high)];
  if (from === to) return from;
  const unit = `${thinSpace}${to.split(thinSpace).at(-1)!}`;
  const isShared = from.endsWith(unit) && !from.includes(' ') && !to.includes(' ');
  return `${isShared ? from.slice(0, -unit.length) : from} to ${to}`;
}
