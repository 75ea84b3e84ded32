import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { notReadyFile } from '../../checkpoint/folderFiles';

/** The files whose change makes the description of a checkpoint outdated. */
export async function listParts(path: string): Promise<string[]> {
  const names = await readdir(path).catch(() => []);
  const isTelling = (name: string): boolean =>
    /\.safetensors|\.jinja$|\.json$/.test(name) || name === notReadyFile;
  return names.filter(isTelling).map((name) => join(path, name));
}
