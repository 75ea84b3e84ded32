import type { CompareRequest, CompareSnapshot } from '../../src/protocol/compare';
import type { Column, Sorting } from './sorting';

/** The page's own state. It is lost with the page, without harm. */
export interface CompareState {
  readonly sorting: Sorting;
  /** Folders of the releases whose curves are drawn, at most two: line style tells no more apart. */
  readonly chosen: readonly string[];
  /** As a report writes it; null for the copy as it is. */
  readonly attack: string | null;
  readonly measure: 'answers' | 'draw';
}

/** What a part of the page is drawn from and what it can do. */
export interface CompareView {
  readonly snapshot: CompareSnapshot;
  readonly state: CompareState;
  readonly act: (request: CompareRequest) => void;
  readonly sort: (by: Column) => void;
  readonly change: (state: Partial<CompareState>) => void;
}

/** Releases whose curves can be laid over each other. */
export const mostChosen = 2;

/** The choice after a click: a third one replaces the one chosen first. */
export function toggleChosen(chosen: readonly string[], folder: string): string[] {
  if (chosen.includes(folder)) return chosen.filter((other) => other !== folder);
  return [...chosen, folder].slice(-mostChosen);
}
