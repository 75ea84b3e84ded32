/** A narrow no-break space: between thousands and before units. */
const thinSpace = '\u202f';
const minusSign = '\u2212';
const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A whole number with thin spaces between thousands and a true minus: "24 576". */
export function formatCount(value: number): string {
  return formatFixed(value, 0);
}

/** A number with this many decimals, thin spaces between thousands and a true minus: "1 234.50". */
export function formatFixed(value: number, decimals: number): string {
  const [whole, fraction] = Math.abs(value).toFixed(decimals).split('.') as [string, string?];
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, thinSpace);
  const digits = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return value < 0 && /[1-9]/.test(digits) ? minusSign + digits : digits;
}

/** A number with its sign always shown: "+0.30". */
export function formatSigned(value: number, decimals: number): string {
  const digits = formatFixed(value, decimals);
  return digits.startsWith(minusSign) || !/[1-9]/.test(digits) ? digits : `+${digits}`;
}

/** A share in per cent: "95.3 %". */
export function formatPercent(share: number, decimals: number): string {
  return `${formatFixed(share * 100, decimals)}${thinSpace}%`;
}

/** A change as signed per cent: "+0.30 %". */
export function formatSignedPercent(share: number, decimals: number): string {
  return `${formatSigned(share * 100, decimals)}${thinSpace}%`;
}

/** "0.21 to 0.39 %" of shares. */
export function formatPercentRange(range: { low: number; high: number }, decimals: number): string {
  return `${formatFixed(range.low * 100, decimals)} to ${formatPercent(range.high, decimals)}`;
}

/** A share that may be tiny, in per cent: "2.1 %", and "< 0.1 %" where rounding would leave nothing of it. */
export function formatTinyPercent(share: number, decimals: number): string {
  const least = 10 ** -decimals / 100;
  return share > 0 && share < least / 2
    ? `< ${formatPercent(least, decimals)}`
    : formatPercent(share, decimals);
}

/** "< 0.1 to 0.2 %" of shares that may be tiny. */
export function formatTinyPercentRange(range: { low: number; high: number }, decimals: number): string {
  const [low, high] = [formatTinyPercent(range.low, decimals), formatTinyPercent(range.high, decimals)];
  return low === high ? high : `${low.slice(0, -2)} to ${high}`;
}

/** "61 of 64". */
export function formatOf(part: number, whole: number): string {
  return `${formatCount(part)} of ${formatCount(whole)}`;
}

/** A count with its noun: "1 key", "64 keys". */
export function formatCounted(count: number, noun: string): string {
  return `${formatCount(count)} ${count === 1 ? noun : `${noun}s`}`;
}

/** A small positive number with this many significant digits: "0.0041", below 0.001 "3.1 × 10⁻⁵". */
export function formatSmall(value: number): string {
  if (value === 0) return '0';
  if (value >= 0.000999) return formatFixed(value, value >= 1 ? 2 : 1 - Math.floor(Math.log10(value)));
  return formatP(Math.log10(value));
}

/** 10 to a whole power: "10⁵⁶", "10⁻⁶". */
export function formatPower(exponent: number): string {
  const digits = String(Math.abs(exponent)).replace(/\d/g, (digit) => superscripts[Number(digit)]!);
  return `10${exponent < 0 ? '⁻' : ''}${digits}`;
}

/** A p-value from its log10, however small: "1", "0.37", "0.009", "3.1 × 10⁻⁵⁷". */
export function formatP(log10P: number): string {
  const value = 10 ** log10P;
  if (value >= 0.995) return '1';
  if (value >= 0.0995) return formatFixed(value, 2);
  if (value >= 0.000995)
    return formatFixed(value, 1 - Math.floor(log10P + 1e-9)).replace(/(\.\d*?)0+$/, '$1');
  let exponent = Math.floor(log10P + 1e-9);
  let mantissa = (10 ** (log10P - exponent)).toFixed(1);
  if (mantissa === '10.0') {
    mantissa = '1.0';
    exponent++;
  }
  return mantissa === '1.0' ? formatPower(exponent) : `${mantissa} × ${formatPower(exponent)}`;
}

/**
 * A chance for people, from its log10: "about 1 in 2", "about 1 in 116", "less than 1 in 10⁵⁶ (1 followed by 56 zeros)".
 */
export function formatChance(log10P: number): string {
  const inverse = -log10P;
  if (inverse < 0.05) return 'almost certain';
  if (inverse < 1) return `about ${formatCount(Math.round(10 ** (log10P + 1)))} in 10`;
  if (inverse < 5.9) return `about 1 in ${formatCount(roundToTwoDigits(10 ** inverse))}`;
  const zeros = Math.floor(inverse + 1e-9);
  const exact = Math.abs(inverse - zeros) < 1e-9;
  return `${exact ? '' : 'less than '}1 in ${formatPower(zeros)} (1 followed by ${zeros} zeros)`;
}

function roundToTwoDigits(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return Math.round(value / unit) * unit;
}
