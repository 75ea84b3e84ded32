// A temporary folder for a part of the bench, with a fixed seed and a passphrase for its key sets.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureCommand, type Measured } from './measure';

/** One command, measured. A command that fails is a finding too: `failure` says why. */
export interface CommandRun extends Measured {
  readonly failure?: string;
}

export interface Workshop {
  readonly folder: string;
  /** What commands need in their environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs one command, on the CPU unless its arguments say otherwise. */
  command(...args: readonly string[]): Promise<CommandRun>;
  remove(): void;
}

const made: string[] = [];
const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
process.on('exit', () => made.forEach(removeFolder));

/** Opens a workshop. It is removed when the process ends, or by `remove`. */
export function openWorkshop(): Workshop {
  const folder = mkdtempSync(join(tmpdir(), 'fingerprint-bench-'));
  made.push(folder);
  const seedFile = join(folder, 'seed');
  writeFileSync(seedFile, createHash('sha256').update('fingerprint-model bench').digest());
  const env = { FINGERPRINT_PASSPHRASE: 'bench passphrase', FINGERPRINT_SEED_FILE: seedFile };
  return {
    folder,
    env,
    command: (...args) => runCommand(args, env),
    remove: () => removeFolder(folder),
  };
}

async function runCommand(args: readonly string[], env: Workshop['env']): Promise<CommandRun> {
  process.stderr.write(`fingerprint-model ${args.join(' ')}\n`);
  const place = args.includes('--device') || args[1] === 'import' ? [] : ['--device', 'cpu'];
  const measured = await measureCommand([...args, ...place, '--json'], env);
  if (measured.last?.type === 'result') return measured;
  return { ...measured, failure: measured.last?.message ?? 'It ended without a result.' };
}

/** The same for a command without which there is nothing to measure. */
export async function requireCommand(workshop: Workshop, ...args: readonly string[]): Promise<CommandRun> {
  const run = await workshop.command(...args);
  if (run.failure) throw new Error(`fingerprint-model ${args.join(' ')}: ${run.failure}`);
  return run;
}
