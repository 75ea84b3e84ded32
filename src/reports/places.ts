import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, parse, relative, resolve, sep } from 'node:path';

/** Folders that hold the home folders of a system's users. */
const homesNames = new Set(['home', 'users']);

/**
 * A folder or file as a report names it: relative to the folder of the report, with slashes, where that names
 * nobody's home; otherwise only its name. Reports are sent to other people.
 * @param path absolute.
 */
export function placeFrom(reportFolder: string, path: string, home = homedir()): string {
  const way = relative(reportFolder, path);
  const name = basename(path);
  if (way === '' || isAbsolute(way) || holdsHomes(findCommon(reportFolder, path), home)) return name;
  return way.split(sep).join('/');
}

/**
 * A report as it is stored in a folder: every path in it is relative or a name, and neither a model's folder nor
 * the user's home is in any sentence.
 */
export function withoutPlaces<T>(report: T, reportFolder: string, home = homedir()): T {
  const folder = resolve(reportFolder);
  const models = listPaths(report).sort((a, b) => b.length - a.length);
  const named = [
    ...models.map((path) => [path, basename(path)] as const),
    ...(isRoot(home) ? [] : [[home, '~'] as const]),
  ];
  const hide = (text: string): string =>
    named.reduce((hidden, [path, name]) => replacePath(hidden, path, name), text);
  return mapTexts(report, '', (member, text) =>
    member === 'path' && isAbsolute(text) ? placeFrom(folder, text, home) : hide(text),
  ) as T;
}

/** The innermost folder that both are in. */
function findCommon(a: string, b: string): string {
  let common = resolve(a);
  while (!isInside(resolve(b), common) && !isRoot(common)) common = dirname(common);
  return common;
}

function holdsHomes(folder: string, home: string): boolean {
  const isAbove = folder !== home && isInside(home, folder);
  return isRoot(folder) || isAbove || homesNames.has(basename(folder).toLowerCase());
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function isRoot(path: string): boolean {
  return path === '' || parse(path).root === path;
}

/** Replaces a path in a text where it ends there or continues below it. */
function replacePath(text: string, path: string, name: string): string {
  return text.split(path).reduce((before, after) => `${before}${/^[\w-]/.test(after) ? path : name}${after}`);
}

/** The absolute values of all members called `path`. */
function listPaths(value: unknown): string[] {
  const paths: string[] = [];
  mapTexts(value, '', (member, text) => {
    if (member === 'path' && isAbsolute(text) && !isRoot(text)) paths.push(text);
    return text;
  });
  return paths;
}

/** A JSON value with each of its texts mapped, together with the name of the member that holds it. */
function mapTexts(value: unknown, member: string, map: (member: string, text: string) => string): unknown {
  if (typeof value === 'string') return map(member, value);
  if (Array.isArray(value)) return value.map((item: unknown) => mapTexts(item, member, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mapTexts(inner, name, map)]));
}
