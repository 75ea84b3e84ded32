import { opendir } from 'node:fs/promises';
import { isAbsolute, join, posix, relative, sep } from 'node:path';
import { UserError } from '../common/errors';
import { mostFolderDepth, mostFolderEntries } from './limits';
import { formatCount } from '../words/numbers';

export interface FolderEntry {
  /** Relative to the folder, with forward slashes. */
  readonly name: string;
  readonly kind: 'file' | 'link' | 'folder' | 'other';
}

/** Version control and download records: they hold older copies of the weights and lists of every file. */
const privateFolder = /^(\.git|\.cache|.*\.run)$/i;
const keyFile = /\.fpkeys(\.|$)/i;
/** Lies in a copy that falls short of its recipe; of any other copy it would not be true. */
export const notReadyFile = 'NOT-READY-TO-PUBLISH.md';

/**
 * Lists a folder and its subfolders, sorted by name. Links and {@link privateFolder}s are listed but not
 * entered; the latter have the kind `folder`.
 * @throws UserError `too-large` when it holds more than is listed.
 */
export async function listFolder(root: string): Promise<FolderEntry[]> {
  const { entries, isWhole } = await glanceAtFolder(root);
  if (isWhole) return entries;
  throw new UserError(
    'too-large',
    `${root} holds more than ${formatCount(mostFolderEntries)} files, or folders more than ${mostFolderDepth} levels deep.`,
    'Move the model into a folder of its own.',
  );
}

/** The same for a folder of any size; what lies beyond the limits is left out. */
export async function glanceAtFolder(root: string): Promise<{ entries: FolderEntry[]; isWhole: boolean }> {
  const entries: FolderEntry[] = [];
  let level = [''];
  let seen = 0;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > mostFolderDepth) return { entries: sortByName(entries), isWhole: false };
    const below: string[] = [];
    for (const under of level)
      for await (const entry of await opendir(join(root, under), { bufferSize: 256 })) {
        if (++seen > mostFolderEntries) return { entries: sortByName(entries), isWhole: false };
        const name = posix.join(under, entry.name);
        if (entry.isDirectory() && !privateFolder.test(entry.name)) below.push(name);
        else if (entry.isDirectory()) entries.push({ name, kind: 'folder' });
        else
          entries.push({ name, kind: entry.isFile() ? 'file' : entry.isSymbolicLink() ? 'link' : 'other' });
      }
    level = below;
  }
  return { entries: sortByName(entries), isWhole: true };
}

function sortByName(entries: FolderEntry[]): FolderEntry[] {
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function isKeyFile(name: string): boolean {
  return keyFile.test(name);
}

/** Whether `path` lies in `folder` or is it; both absolute and free of links. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
