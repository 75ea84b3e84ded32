import type { Dirent } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { join } from 'node:path';

/** Paths found by a search; nothing was opened. */
export interface Finds {
  /** Folders with config.json and weights in any form. */
  readonly checkpoints: string[];
  readonly keySets: string[];
  readonly reports: string[];
  readonly recipes: string[];
}

/** A search ends here, however large the folder is. */
interface SearchLimits {
  /** Levels below the folder that are searched. */
  readonly depth: number;
  /** The most entries that are visited. */
  readonly entries: number;
}

const usualLimits: SearchLimits = { depth: 6, entries: 50_000 };
/** Other tools' folders, partial downloads, and the insides of runs. */
const skippedFolder = /^(node_modules|\.git|\.cache|\.venv|venv|__pycache__|.*\.run)$/;
const weightFile = /\.(safetensors|gguf)$|^pytorch_model.*\.bin$/;

/** Searches a folder and its subfolders, from the top down. Links to folders are not followed. */
export async function searchFolder(root: string, limits: SearchLimits = usualLimits): Promise<Finds> {
  const finds: Finds = { checkpoints: [], keySets: [], reports: [], recipes: [] };
  let level = [root];
  let seen = 0;
  for (let depth = 0; depth <= limits.depth && level.length > 0; depth++) {
    const below: string[] = [];
    for (const folder of level) {
      const entries = await listEntries(folder, limits.entries - seen + 1);
      seen += entries.length;
      if (seen > limits.entries) return finds;
      sortEntries(folder, entries, finds);
      below.push(...listSubfolders(folder, entries));
    }
    level = below;
  }
  return finds;
}

function sortEntries(folder: string, entries: readonly Dirent[], finds: Finds): void {
  const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  if (files.includes('config.json') && files.some((name) => weightFile.test(name)))
    finds.checkpoints.push(folder);
  for (const name of files) {
    if (name.endsWith('.fpkeys')) finds.keySets.push(join(folder, name));
    else if (name.endsWith('.fpreport.json')) finds.reports.push(join(folder, name));
    else if (name.endsWith('.recipe.json')) finds.recipes.push(join(folder, name));
  }
}

function listSubfolders(folder: string, entries: readonly Dirent[]): string[] {
  return entries
    .filter((entry) => entry.isDirectory() && !skippedFolder.test(entry.name))
    .map(({ name }) => join(folder, name));
}

/** At most so many, sorted by name; empty for an unreadable folder. */
async function listEntries(folder: string, most: number): Promise<Dirent[]> {
  const entries: Dirent[] = [];
  try {
    for await (const entry of await opendir(folder, { bufferSize: 256 })) {
      entries.push(entry);
      if (entries.length >= most) break;
    }
  } catch {
    return [];
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}
