import type { PanelSnapshot } from '../src/protocol/panel/snapshot';
import type { ActionRequest } from '../src/protocol/panel/requests';
import type { Drafts } from './drafts';

/** The page's own state: which details are open. It is lost with the page, without harm. */
export interface Details {
  /** Number of the key whose candidates are shown. */
  readonly key: number;
  readonly areAllKeysShown: boolean;
  /** Whether the form for a new set is open above the existing sets. */
  readonly isPlanOpen: boolean;
  /** Whether the recipe's own fields are open; null: as their values ask for. */
  readonly isAdvancedOpen: boolean | null;
  /** The field whose paragraph is open. */
  readonly explained: string | null;
  /** What the list of models is searched for. */
  readonly modelFilter: string;
}

/** What a view is drawn from and what it can do. */
export interface Page {
  readonly snapshot: PanelSnapshot;
  readonly details: Details;
  /** Texts being typed into the form of the recipe. */
  readonly recipe: Drafts;
  /** Texts being typed into the form of a new key set. */
  readonly plan: Drafts;
  readonly act: (request: ActionRequest) => void;
  readonly open: (details: Partial<Details>) => void;
}
