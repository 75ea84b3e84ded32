// A checkpoint with random weights of a given shape, and key sets for it.
import { join } from 'node:path';
import { runNode } from '../scripts/steps/node';
import type { Circumstances } from './part';
import { writeRandomCheckpoint, type LlamaShape } from './randomCheckpoint';
import type { Dtype } from './randomWeights';
import { requireCommand, type Workshop } from './workshop';

/** Writes the checkpoint. Returns its folder. */
export function makeRandomModel(
  workshop: Workshop,
  name: string,
  shape: Partial<LlamaShape>,
  dtype: Dtype,
): string {
  const folder = join(workshop.folder, name);
  process.stderr.write(`Writing a random checkpoint: ${JSON.stringify({ ...shape, dtype })}\n`);
  writeRandomCheckpoint(folder, { shape, dtype });
  return folder;
}

/**
 * A key set for a model that cannot write its own: passages of the bundled stories with responses drawn at
 * random, imported (see inside/plainKeys.ts). Returns its file.
 */
export async function importPlainKeys(
  workshop: Workshop,
  bundle: Circumstances['bundle'],
  folder: string,
  count: number,
): Promise<string> {
  const plain = `${folder}-${count}.json`;
  const keys = `${folder}-${count}.fpkeys`;
  if (runNode([bundle('plainKeys'), folder, String(count), plain]) !== 0)
    throw new Error('The keys of the random model could not be written.');
  await requireCommand(workshop, 'keys', 'import', '--plain', plain, '--model', folder, '--out', keys);
  return keys;
}

/** How a page describes such keys. */
export const describePlainKeys =
  '- A random model writes nothing that could be a key, so the keys are stretches of the bundled stories with responses drawn at random, imported with `keys import`.';
