import type { CommandId } from '../../ids';

/** What a row stands for; a menu's command gets the whole row. */
export type RowTarget =
  | { readonly kind: 'checkpoint'; readonly path: string }
  | { readonly kind: 'keySet'; readonly path: string }
  | { readonly kind: 'run'; readonly path: string }
  | { readonly kind: 'words' };

/** A codicon with the theme's colour of its meaning, or a drawing of our own. */
export type RowIcon =
  | { readonly codicon: string; readonly colour?: string }
  | { readonly drawing: 'no-evidence' | 'fingerprint' };

/** Of what is not ready to publish: a run that made it, and the copy itself. */
export const notReadyIcon: RowIcon = { codicon: 'warning', colour: 'list.warningForeground' };

/** A row of a tree as data: what is shown, what is said, and what can be done with it. */
export interface Row {
  /** The same row of two moments has the same id, so that it stays open and selected. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly icon: RowIcon;
  /** The row in words, for a screen reader. */
  readonly spoken: string;
  /** Markdown. */
  readonly tooltip?: string;
  /** Words that menus look for: "verify drift report". */
  readonly capabilities: readonly string[];
  readonly target: RowTarget;
  readonly children: readonly Row[];
  /** What a click does; nothing when it is left out. */
  readonly click?: CommandId;
}

/** Text from outside as Markdown that shows exactly that text. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~&$]/g, '\\$&').replace(/\s+/g, ' ');
}

/** A name and its value, or nothing where there is nothing to say. */
export type Fact = readonly [name: string, value: string] | undefined;

/** A table of two columns without a head, as the hovers of trees have it. */
export function factTable(facts: readonly Fact[]): string {
  const rows = facts.flatMap((fact) =>
    fact ? [`| ${escapeMarkdown(fact[0])} | ${escapeMarkdown(fact[1])} |`] : [],
  );
  return rows.length === 0 ? '' : ['| | |', '| :-- | :-- |', ...rows].join('\n');
}
