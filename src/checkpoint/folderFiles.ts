import { readdir } from 'node:fs/promises';
import { isAbsolute, join, posix, relative, sep } from 'node:path';

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
 */
export async function listFolder(root: string, under = ''): Promise<FolderEntry[]> {
  const entries: FolderEntry[] = [];
  for (const entry of await readdir(join(root, under), { withFileTypes: true })) {
    const name = posix.join(under, entry.name);
    if (entry.isDirectory() && !privateFolder.test(entry.name))
      entries.push(...(await listFolder(root, name)));
    else if (entry.isDirectory()) entries.push({ name, kind: 'folder' });
    else entries.push({ name, kind: entry.isFile() ? 'file' : entry.isSymbolicLink() ? 'link' : 'other' });
  }
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
