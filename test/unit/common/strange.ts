import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why a test that needs links, pipes and permissions is skipped; false where it runs. */
export const skipOnWindows = process.platform === 'win32' && 'Windows has no such pipes, links and modes';

/** Runs `work` in a new folder that is removed afterwards. */
export async function inNewFolder(work: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'strange-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function makePipe(path: string): string {
  const { status, stderr } = spawnSync('mkfifo', [path], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return path;
}
