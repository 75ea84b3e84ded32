// A checkpoint with random weights of a wanted shape, and key sets for it.
import { join } from 'node:path';
import { requireNode, runNode } from '../steps.mjs';
import { requireCommand } from './workshop.mjs';

/** Writes the checkpoint; options as scripts/randomCheckpoint.mjs takes them. Gives its folder. */
export function makeRandomModel(workshop, name, options) {
  const folder = join(workshop.folder, name);
  const args = Object.entries(options).flatMap(([option, value]) => [`--${option}`, String(value)]);
  process.stderr.write(`Writing a random checkpoint: ${args.join(' ')}\n`);
  requireNode([join('scripts', 'randomCheckpoint.mjs'), folder, ...args]);
  return folder;
}

/**
 * A key set for a model that cannot write its own: stretches of the bundled stories with responses drawn at random, imported
 * (see inside/plainKeys.ts).
 */
export async function importPlainKeys(workshop, bundle, folder, count) {
  const plain = `${folder}-${count}.json`;
  const keys = `${folder}-${count}.fpkeys`;
  if (runNode([bundle('plainKeys'), folder, String(count), plain]) !== 0)
    throw new Error('The keys of the random model could not be written.');
  await requireCommand(workshop, 'keys', 'import', '--plain', plain, '--model', folder, '--out', keys);
  return keys;
}

/** What a page says of such keys. */
export const describePlainKeys =
  '- A random model writes nothing that could be a key: the keys are stretches of the bundled stories with responses drawn at random, taken in by `keys import`.';
