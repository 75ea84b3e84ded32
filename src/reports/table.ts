/** A table before it is HTML or Markdown; rows are cells in the order of the columns. */
export interface Table {
  readonly caption: string;
  readonly columns: readonly { readonly name: string; readonly isNumber?: boolean }[];
  readonly rows: readonly (readonly string[])[];
  /** The row that decides; −1 for none. */
  readonly strongRow: number;
}

/** A line of a report's record; `isCode` marks identifiers. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly isCode?: boolean;
}
