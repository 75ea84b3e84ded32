import { formatCount, formatFixed, formatPower } from '../../../src/words/numbers';

const thinSpace = '\u202f';

/** A small chance from its log10, short enough for a table: "1 in 116", "1 in 1.8 million", "1 in 10⁵⁶". */
export function formatLuck(log10Chance: number): string {
  const digits = -log10Chance;
  const inverse = 10 ** digits;
  if (digits < 1) return `${formatCount(100 / inverse)}${thinSpace}%`;
  if (digits < 4) return `1 in ${formatCount(inverse)}`;
  if (digits < 6 - 1e-9) return `1 in ${formatCount(Math.round(inverse / 1000) * 1000)}`;
  if (digits < 9) {
    const millions = inverse / 1e6;
    const isWhole = millions >= 9.95 || Math.abs(millions - Math.round(millions)) < 0.05;
    return `1 in ${formatFixed(millions, isWhole ? 0 : 1)} million`;
  }
  return `1 in ${formatPower(Math.floor(digits + 1e-9))}`;
}
