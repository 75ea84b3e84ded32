import { basename, dirname, sep } from 'node:path';
import type { CommandId } from '../../ids';

/** What a row represents; a menu's command gets the whole row. */
type RowTarget =
  | { readonly kind: 'checkpoint'; readonly path: string }
  | { readonly kind: 'keySet'; readonly path: string }
  | { readonly kind: 'run'; readonly path: string }
  | { readonly kind: 'words' };

/** A codicon in a theme colour, or a drawing of our own. */
export type RowIcon =
  | { readonly codicon: string; readonly colour?: string }
  | { readonly drawing: 'no-evidence' | 'fingerprint' };

/** For a copy that is not ready to publish, and the run that made it. */
export const notReadyIcon: RowIcon = { codicon: 'warning', colour: 'list.warningForeground' };

/** A row of a tree as data: what is shown, what is read aloud, and what can be done with it. */
export interface Row {
  /** The same row keeps its id over time, so that it stays open and selected. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly icon: RowIcon;
  /** The row in words, for a screen reader. */
  readonly spoken: string;
  /** Markdown. */
  readonly tooltip?: string;
  /** Words that menus test for: "verify drift report". */
  readonly capabilities: readonly string[];
  readonly target: RowTarget;
  readonly children: readonly Row[];
  /** The command of a click; none by default. */
  readonly click?: CommandId;
}

/**
 * What a screen reader says of a row: messages name whole paths, of which only the end tells rows apart.
 */
export function speakRow({ spoken, target }: Pick<Row, 'spoken' | 'target'>): string {
  if (target.kind === 'words') return spoken;
  return spoken
    .replaceAll(target.path, basename(target.path))
    .replaceAll(`${dirname(target.path)}${sep}`, '');
}

/** Text from outside as Markdown that shows exactly that text. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~&$]/g, '\\$&').replace(/\s+/g, ' ');
}

/** A name and its value; undefined where there is nothing to show. */
export type Fact = readonly [name: string, value: string] | undefined;

/** A table of two columns without a head, as the hovers of trees use it. */
export function factTable(facts: readonly Fact[]): string {
  const rows = facts.flatMap((fact) =>
    fact ? [`| ${escapeMarkdown(fact[0])} | ${escapeMarkdown(fact[1])} |`] : [],
  );
  return rows.length === 0 ? '' : ['| | |', '| :-- | :-- |', ...rows].join('\n');
}
