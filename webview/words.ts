import { formatRough } from '../src/protocol/figures';
import { formatCount, formatFixed, formatPower, formatSmall } from '../src/reports/words';

const thinSpace = '\u202f';

/** Two guesses at a time, in one unit where they share it: "6 to 11 min", "40 s to 2 min". */
export function formatRoughRange(low: number, high: number): string {
  const [from, to] = [formatRough(low), formatRough(high)];
  if (from === to) return from;
  const unit = `${thinSpace}${to.split(thinSpace).at(-1)!}`;
  const isShared = from.endsWith(unit) && !from.includes(' ') && !to.includes(' ');
  return `${isShared ? from.slice(0, -unit.length) : from} to ${to}`;
}

/** "4:11", "1:02:09": how long a phase took. */
export function formatClock(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (part: number): string => String(part).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

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

/** A number that somebody set, without the noughts at its end: "0.06". */
export function formatSetting(value: number): string {
  const digits = formatSmall(value);
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}

/** The first letter of a sentence. */
export function capitalise(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The last part of a path, of either kind of system. */
export function nameOfPath(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
}
