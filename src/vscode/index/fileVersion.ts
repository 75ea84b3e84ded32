import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { identityFiles } from '../../checkpoint/identityFiles';

/** As `identityFiles`: older checkpoints have these too. */
const olderFiles = ['special_tokens_map.json', 'added_tokens.json'];

/**
 * Changes whenever a file is written, replaced or copied elsewhere, even by somebody who sets its times back, and
 * stays when a folder around it is renamed or moved on the same disk.
 */
export function versionOfFile(found: Stats | undefined): string {
  return found ? `${found.size} ${found.mtimeMs} ${found.ctimeMs} ${found.ino}` : '';
}

/** When a file was last written or put where it is. */
export function changedAt(found: Stats | undefined): number {
  return Math.max(found?.mtimeMs ?? 0, found?.ctimeMs ?? 0);
}

/** The files that a checkpoint's digest covers. */
export interface DigestedFiles {
  /** The same for the same files, wherever their folder is by now. */
  readonly version: string;
  /** When the newest of them changed, or their folder got its name or an entry. */
  readonly changedAtMs: number;
}

/** Reads names, sizes and times of the files that a checkpoint's digest covers; opens none. */
export async function readDigestedFiles(folder: string): Promise<DigestedFiles> {
  const names = (await readdir(folder).catch(() => [])).filter(isDigested).sort();
  const found = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => undefined)));
  const own = await stat(folder).catch(() => undefined);
  const lines = found.map((stats, i) => `${names[i]!} ${versionOfFile(stats)}`);
  return {
    version: createHash('sha256').update(lines.join('\n')).digest('hex'),
    changedAtMs: Math.max(changedAt(own), ...found.map(changedAt)),
  };
}

function isDigested(name: string): boolean {
  return /\.safetensors(\.index\.json)?$/.test(name) || [...identityFiles, ...olderFiles].includes(name);
}
