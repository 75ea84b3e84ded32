// What a screen reader has to say of a page, from its accessibility tree, and what is wrong with that.
import type { Locator } from 'playwright-core';

/** Roles that mean nothing to a listener without a name. */
const namedRoles = [
  ...['button', 'link', 'textbox', 'searchbox', 'spinbutton', 'combobox', 'listbox', 'checkbox', 'radio'],
  ...['radiogroup', 'switch', 'slider', 'tab', 'tablist', 'tabpanel', 'img', 'grid', 'table', 'progressbar'],
  ...['heading', 'dialog', 'complementary', 'region'],
];
/** The line of an element: its role, its name in quotes, its level. Lines with a colon in the name are in quotes themselves. */
const element = /^\s*- '?([a-z]+)(?: "((?:[^"\\]|\\.)*)")?((?: \[[^\]]*\])*)/;
/** Signs that are spoken as gibberish, or not at all, where a word belongs. */
const unspeakable = /[·→←↑↓•∙▲▼]/u;
/** More would be read to somebody who came for the verdict: a title, its buttons, and why a copy is not ready. */
const fewLines = 15;

/** The accessibility tree of a part of a page, an element a line. */
export async function listenTo(part: Locator): Promise<string> {
  return part.ariaSnapshot();
}

/**
 * Finds what a listener would miss: names, levels of headings, words for signs, what comes first.
 * @param first what the first lines have to say, where a page has a finding
 * @returns a sentence for each fault
 */
export function findFaults(heard: string, first?: RegExp): string[] {
  const lines = heard.split('\n');
  return [
    ...lines.flatMap((line) => findNameless(line)),
    ...findJumps(lines),
    ...lines.filter((line) => unspeakable.test(line)).map((line) => `A sign is no word: ${line.trim()}`),
    ...(first === undefined || first.test(lines.slice(0, fewLines).join('\n'))
      ? []
      : [`The first ${fewLines} lines do not say ${String(first)}.`]),
  ];
}

function findNameless(line: string): string[] {
  const [, role, name] = element.exec(line) ?? [];
  if (role === undefined || !namedRoles.includes(role) || (name ?? '').trim() !== '') return [];
  return [`No name: ${line.trim()}`];
}

/** A heading is at most one level below the one before it; the first is the title. */
function findJumps(lines: readonly string[]): string[] {
  let before = 0;
  return lines.flatMap((line) => {
    const [, role, name, traits] = element.exec(line) ?? [];
    const level = Number(/\[level=(\d)\]/.exec(traits ?? '')?.[1]);
    if (role !== 'heading' || !(level > 0)) return [];
    const isJump = level > before + 1;
    const last = before;
    before = level;
    return isJump ? [`After a heading of level ${last} comes "${name ?? ''}" of level ${level}.`] : [];
  });
}
