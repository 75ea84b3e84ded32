import { join } from 'node:path';
import { readEnds } from '../../common/regularFile';

/** What a folder says of its own origin; anybody can write it. */
export interface Declared {
  /** Names of the models that it says it was made from. */
  readonly bases: readonly string[];
  readonly licence: string | undefined;
}

const mostReadBytes = 65_536;
const longestName = 200;
const mostNames = 8;

/** Reads `_name_or_path` of config.json, and `base_model` and `license` at the head of README.md. */
export async function readDeclared(dir: string, raw: Readonly<Record<string, unknown>>): Promise<Declared> {
  const head = readFrontMatter(await readStart(join(dir, 'README.md')));
  const ownName = typeof raw._name_or_path === 'string' ? [raw._name_or_path] : [];
  const bases = [...ownName, ...listValues(head, 'base_model')].map(tidy).filter((name) => name !== '');
  return {
    bases: [...new Set(bases)].slice(0, mostNames),
    licence: listValues(head, 'license').map(tidy)[0],
  };
}

async function readStart(path: string): Promise<string> {
  try {
    return (await readEnds(path, { head: mostReadBytes, tail: 0 })).head.toString('utf8');
  } catch {
    return '';
  }
}

/** The lines between the two rules at the head of a model card. */
function readFrontMatter(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines[0]?.trim() !== '---') return [];
  const end = lines.indexOf('---', 1);
  return end < 0 ? [] : lines.slice(1, end);
}

/** The values of a field of YAML: one beside it, or a list under it. */
function listValues(lines: readonly string[], field: string): string[] {
  const at = lines.findIndex((line) => line.startsWith(`${field}:`));
  if (at < 0) return [];
  const beside = lines[at]!.slice(field.length + 1).trim();
  if (beside !== '') return beside.replace(/^\[|\]$/g, '').split(',');
  const under: string[] = [];
  for (const line of lines.slice(at + 1)) {
    const item = /^\s*-\s+(.*)$/.exec(line)?.[1];
    if (item === undefined) break;
    under.push(item);
  }
  return under;
}

/** A name as it can be shown: without quotes and control characters, and not long. */
function tidy(name: string): string {
  return name
    .trim()
    .replace(/^["']|["']$/g, '')
    .replace(/\p{C}/gu, '')
    .slice(0, longestName);
}
