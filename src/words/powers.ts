/** A stretch of text; or an exponent, as it is written and as it is said. */
export interface Stretch {
  readonly text: string;
  readonly spoken?: string;
}

const digits = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const exponent = /(?<=\d)⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g;

/**
 * Takes the exponents out of a text: "10⁻⁵⁷" is "10" and "⁻⁵⁷", said as "to the power of minus 57". A screen reader
 * spells raised digits one by one, or leaves them out, and then 10⁵⁶ is 10.
 */
export function splitPowers(text: string): Stretch[] {
  const stretches: Stretch[] = [];
  let end = 0;
  for (const { 0: raised, index } of text.matchAll(exponent)) {
    if (index > end) stretches.push({ text: text.slice(end, index) });
    stretches.push({ text: raised, spoken: `to the power of ${sayExponent(raised)}` });
    end = index + raised.length;
  }
  return end < text.length || stretches.length === 0 ? [...stretches, { text: text.slice(end) }] : stretches;
}

function sayExponent(raised: string): string {
  return Array.from(raised, (sign) => (sign === '⁻' ? 'minus ' : String(digits.indexOf(sign)))).join('');
}
