import { formatSmall } from '../src/words/numbers';

/** A number that somebody set, without trailing zeros: "0.06". */
export function formatSetting(value: number): string {
  const digits = formatSmall(value);
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}

/** Capitalises the first letter of a sentence. */
export function capitalise(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The last part of a path, of either kind of system. */
export function nameOfPath(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
}
