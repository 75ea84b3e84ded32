/**
 * A table is one stop of the Tab key: the arrow keys move the row, and the detail follows the selection. Put
 * this on the table's keydown; rows that can be reached carry `tabindex`.
 */
export function moveRow(event: KeyboardEvent): void {
  const row = (event.target as Element).closest('tr');
  const rows = [...(row?.parentElement?.querySelectorAll<HTMLElement>('tr[tabindex]') ?? [])];
  const next = chooseRow(event.key, rows.indexOf(row as HTMLElement), rows.length);
  if (next === undefined) return;
  event.preventDefault();
  rows[next]?.focus();
}

function chooseRow(key: string, row: number, count: number): number | undefined {
  if (row < 0) return undefined;
  switch (key) {
    case 'ArrowDown':
      return Math.min(row + 1, count - 1);
    case 'ArrowUp':
      return Math.max(row - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

/** Enter and Space do what a click does. */
export function clickByKey(event: KeyboardEvent): void {
  if (event.key !== 'Enter' && event.key !== ' ') return;
  event.preventDefault();
  (event.currentTarget as HTMLElement).click();
}
