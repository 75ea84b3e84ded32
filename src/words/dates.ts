const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** What stands for a date that is none: files of strangers hold any text. */
const noDate = 'unknown date';

/** "22 Nov 2026, 14:02 UTC" of an ISO date. */
export function formatDate(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return noDate;
  return `${formatDay(iso)}, ${date.toISOString().replace(/^.*T/, '').slice(0, 5)} UTC`;
}

/** "22 Nov 2026" of an ISO date, in UTC. */
export function formatDay(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return noDate;
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]!} ${date.getUTCFullYear()}`;
}
