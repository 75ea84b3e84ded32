// A temporary folder in which a part of the bench works, with a fixed seed and a passphrase for its key sets.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureCommand } from './measure.mjs';

const made = [];
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
process.on('exit', () => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** Opens a workshop; it is removed when the process ends, or by `remove`. */
export function openWorkshop() {
  const folder = mkdtempSync(join(tmpdir(), 'fingerprint-bench-'));
  made.push(folder);
  const seedFile = join(folder, 'seed');
  writeFileSync(seedFile, createHash('sha256').update('fingerprint-model bench').digest());
  const env = { FINGERPRINT_PASSPHRASE: 'bench passphrase', FINGERPRINT_SEED_FILE: seedFile };
  return {
    folder,
    env,
    command: (...args) => runCommand(args, env),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** One command, measured; on the CPU unless it says where. What cannot be done is a finding: `failure` says why. */
async function runCommand(args, env) {
  process.stderr.write(`fingerprint-model ${args.join(' ')}\n`);
  const place = args.includes('--device') || args[1] === 'import' ? [] : ['--device', 'cpu'];
  const measured = await measureCommand([...args, ...place, '--json'], env);
  if (measured.result?.type === 'result') return measured;
  return { ...measured, failure: measured.result?.message ?? 'It ended without a result.' };
}

/** The same for work without which there is nothing to measure. */
export async function requireCommand(workshop, ...args) {
  const measured = await workshop.command(...args);
  if (measured.failure) throw new Error(`fingerprint-model ${args.join(' ')}: ${measured.failure}`);
  return measured;
}
