/** A stretch of text; or a power, as it is written and as it is said. */
export interface Stretch {
  readonly text: string;
  readonly spoken?: string;
}

const digits = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const power = /(\d+)(⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g;

/**
 * Finds the powers in a text: "10⁻⁵⁷" is said as "10 to the power of minus 57". A screen reader spells raised digits
 * one by one, or leaves them out, and then 10⁵⁶ is 10.
 */
export function splitPowers(text: string): Stretch[] {
  const stretches: Stretch[] = [];
  let end = 0;
  for (const { 0: written, 1: base, 2: raised, index } of text.matchAll(power)) {
    if (index > end) stretches.push({ text: text.slice(end, index) });
    stretches.push({ text: written, spoken: `${base!} to the power of ${sayExponent(raised!)}` });
    end = index + written.length;
  }
  return end < text.length || stretches.length === 0 ? [...stretches, { text: text.slice(end) }] : stretches;
}

function sayExponent(raised: string): string {
  return Array.from(raised, (sign) => (sign === '⁻' ? 'minus ' : String(digits.indexOf(sign)))).join('');
}
