import { formatCount, formatFixed } from './numbers';

/** A narrow no-break space: between a number and its unit. */
const thin = '\u202f';

/** "870 bytes", "2.63 MB", "11.4 GB": decimal units, three digits. */
export function formatSize(bytes: number): string {
  return formatScaled(bytes, ['bytes', 'KB', 'MB', 'GB', 'TB']);
}

/** "656 K", "226 M", "1.55 B": a number of parameters. */
export function formatParameters(count: number): string {
  return formatScaled(count, ['', 'K', 'M', 'B', 'T']).trim();
}

/** "7.8 s", "38 s", "7 min 48 s", "2 h 40 min". */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${formatFixed(seconds, 1)}${thin}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}${thin}s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return joinUnits([minutes, 'min'], [whole % 60, 's']);
  const allMinutes = Math.round(seconds / 60);
  return joinUnits([Math.floor(allMinutes / 60), 'h'], [allMinutes % 60, 'min']);
}

/** A guess, rounded as coarsely as it is uncertain: "10 s", "3 min", "2 h 40 min". */
export function formatRough(seconds: number): string {
  if (seconds < 55) return `${Math.max(5, Math.round(seconds / 5) * 5)}${thin}s`;
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 60) return `${minutes}${thin}min`;
  const tens = Math.round(minutes / 10) * 10;
  return joinUnits([Math.floor(tens / 60), 'h'], [tens % 60, 'min']);
}

function formatScaled(value: number, units: readonly string[]): string {
  let scaled = value;
  let unit = 0;
  // 999.5 would be shown as 1000.
  while (scaled >= 999.5 && unit < units.length - 1) {
    scaled /= 1000;
    unit++;
  }
  const digits = unit === 0 ? formatCount(scaled) : formatFixed(scaled, countDecimals(scaled));
  return `${digits}${thin}${units[unit]!}`;
}

/** As many decimals as make three digits. */
function countDecimals(value: number): number {
  if (value >= 99.95) return 0;
  return value >= 9.995 ? 1 : 2;
}

function joinUnits(large: readonly [number, string], small: readonly [number, string]): string {
  const parts = small[0] === 0 ? [large] : [large, small];
  return parts.map(([value, unit]) => `${value}${thin}${unit}`).join(' ');
}
