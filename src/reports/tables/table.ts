import type { IconName } from '../page/icons';

/** A table before it is HTML or Markdown; rows are cells in the order of the columns. */
export interface Table {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** The row that decides; −1 for none. */
  readonly strongRow: number;
  /** What a filter goes by, one word a row. */
  readonly rowKinds?: readonly string[];
}

export interface Column {
  readonly name: string;
  readonly isNumber?: boolean;
  /** Left out where there is no room for it. */
  readonly isWideOnly?: boolean;
}

export type Cell = string | { readonly text: string; readonly icon: IconName } | { readonly hidden: number };

/** What a cell says: text that is withheld reads "hidden". */
export function textOf(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  return 'hidden' in cell ? 'hidden' : cell.text;
}

/** A line of a report's record; `isCode` marks identifiers. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly isCode?: boolean;
}
