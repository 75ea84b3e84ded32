import { createHash } from 'node:crypto';
import { closeSync, fstatSync, mkdirSync, readSync, writeSync } from 'node:fs';
import { devNull, homedir } from 'node:os';
import { join } from 'node:path';
import { openStrictly } from './strictFile';

/*
 * What this installation made itself: the digests of its job files, run folders, reports and drawings, in the user's
 * state folder, which nobody else can write. A folder or a report that came from elsewhere is not among them, whatever it
 * says of itself.
 */

/**
 * run: the job file of a run that makes a checkpoint. seal: all files that count in the folder of such a run, as its
 * last process left them. report: the JSON file of a report. drawing: the commitment of a key set that was drawn
 * here, whole, from its seed and base.
 */
type Made = 'run' | 'seal' | 'report' | 'drawing';

/** The newest digests that are looked through; a line is about 70 bytes long. */
const readBytes = 4_000_000;

/**
 * The folder of this installation's state, shared by the command line and the editor: `FINGERPRINT_STATE_DIR`,
 * else where the system keeps the state of programs.
 */
export function stateFolder(): string {
  const { FINGERPRINT_STATE_DIR: given, XDG_STATE_HOME: xdg, LOCALAPPDATA: local } = process.env;
  if (given !== undefined && given !== '') return given;
  const name = 'fingerprint-model';
  const home = findHome();
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support', name);
  if (process.platform === 'win32') return join(local ?? join(home, 'AppData', 'Local'), name);
  return join(xdg?.startsWith('/') === true ? xdg : join(home, '.local', 'state'), name);
}

/** A user without a home folder has no state: nothing can be made there, and nothing is remembered. */
function findHome(): string {
  try {
    return homedir();
  } catch {
    return devNull;
  }
}

/** Makes the state folder, for its owner alone, as far as that is possible. */
export function makeStateFolder(): string {
  const folder = stateFolder();
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch {
    // The home folder is read-only or missing: whoever writes there is told.
  }
  return folder;
}

/**
 * Remembers that this installation made a file with this content. Never throws: what cannot be remembered is
 * asked about later.
 */
export function rememberMade(made: Made, content: string): void {
  try {
    makeStateFolder();
    const file = openStrictly(memoryPath(), 'append');
    try {
      writeSync(file, `${lineOf(made, content)}\n`);
    } finally {
      closeSync(file);
    }
  } catch {
    // The home folder is read-only or missing.
  }
}

/** Whether this installation remembers that it made a file with this content. */
export function isMadeHere(made: Made, content: string): boolean {
  return readMemory().includes(lineOf(made, content));
}

function memoryPath(): string {
  return join(stateFolder(), 'made');
}

function lineOf(made: Made, content: string): string {
  return `${made} ${createHash('sha256').update(content).digest('hex')}`;
}

function readMemory(): string[] {
  let file: number;
  try {
    file = openStrictly(memoryPath(), 'read');
  } catch {
    return [];
  }
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, readBytes));
    const count = readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('latin1', 0, count).split('\n');
  } finally {
    closeSync(file);
  }
}
