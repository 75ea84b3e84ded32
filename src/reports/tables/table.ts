import type { IconName } from '../page/icons';

/** A table before it becomes HTML or Markdown; rows are cells in the order of the columns. */
export interface Table {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** The row that decides; −1 for none. */
  readonly strongRow: number;
  /** The words for filtering, one per row. */
  readonly rowKinds?: readonly string[];
}

export interface Column {
  readonly name: string;
  readonly isNumber?: boolean;
  /** Left out where there is no room. */
  readonly isWideOnly?: boolean;
}

export type Cell = string | { readonly text: string; readonly icon: IconName } | { readonly hidden: number };

/** The text of a cell; withheld text reads "hidden". */
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
