import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { UserError } from '../common/errors';
import { asDiskError, readJsonFile, writeFileAtomic } from '../common/files';
import type { Trainer } from './trainer';

/*
 * The state of a run is in its run folder as `state.json` and the file of numbers that it names. The numbers
 * are written under a new name first, so that `state.json` always names a complete file.
 */

const countSchema = z.number().int().nonnegative();

const stateSchema = z
  .object({
    version: z.literal(1),
    step: countSchema,
    /** Whether training is over and only the checkpoint has yet to be written. */
    finished: z.boolean(),
    numbers: z.string().regex(/^state-\d+\.f32$/),
    /** The present share of the recipe's learning rate, and how often the run has gone back to lower it. */
    rateShare: z.number().positive().max(1).default(1),
    returns: countSchema.default(0),
    tensors: z.array(z.strictObject({ name: z.string(), length: countSchema })),
  })
  // What the objectives remember, by name.
  .catchall(z.array(countSchema));
type SavedState = z.infer<typeof stateSchema>;

/** The parts of a trainer that are saved. */
export type SavedParts = Pick<Trainer, 'step' | 'rateShare' | 'returns' | 'memory' | 'states'>;

const stateFile = 'state.json';

/** Saves values and Adam's moments of every trained tensor, in float32. */
export async function saveState(folder: string, trainer: SavedParts, finished: boolean): Promise<void> {
  const numbers = `state-${trainer.step}.f32`;
  await writeNumbers(
    join(folder, numbers),
    trainer.states.flatMap(({ values, first, second }) => [values, first, second]),
  );
  const state = {
    version: 1,
    step: trainer.step,
    finished,
    numbers,
    rateShare: trainer.rateShare,
    returns: trainer.returns,
    ...trainer.memory,
    tensors: trainer.states.map(({ name, values }) => ({ name, length: values.length })),
  };
  await writeFileAtomic(join(folder, stateFile), JSON.stringify(state));
  await removeOlder(folder, numbers);
}

/** Whether a run has saved a state. */
export async function hasState(folder: string): Promise<boolean> {
  return (await stat(join(folder, stateFile)).catch(() => undefined)) !== undefined;
}

/**
 * Puts a saved state into a newly opened trainer.
 * @throws UserError `broken-state` when the two do not match.
 */
export async function restoreState(folder: string, trainer: SavedParts): Promise<SavedState> {
  const state = await readJsonFile(join(folder, stateFile), stateSchema, startAnew);
  const fits =
    remembersAlike(state, trainer.memory) &&
    state.tensors.length === trainer.states.length &&
    trainer.states.every(({ name, values }, i) => {
      const saved = state.tensors[i]!;
      return saved.name === name && saved.length === values.length;
    });
  if (!fits) throw brokenState(folder);
  await readNumbers(
    join(folder, state.numbers),
    trainer.states.flatMap(({ values, first, second }) => [values, first, second]),
  );
  trainer.step = state.step;
  trainer.rateShare = state.rateShare;
  trainer.returns = state.returns;
  for (const [name, numbers] of Object.entries(trainer.memory))
    state[name]!.forEach((value, i) => (numbers[i] = value));
  return state;
}

/** Whether the saved memory fits this run's objectives, as far as sizes tell. */
function remembersAlike(state: SavedState, memory: SavedParts['memory']): boolean {
  const saved = Object.keys(state).filter((name) => !(name in stateSchema.shape));
  return (
    saved.length === Object.keys(memory).length &&
    saved.every((name) => memory[name]?.length === state[name]!.length)
  );
}

/** Removes the saved state of a run that is done. */
export async function removeState(folder: string): Promise<void> {
  await rm(join(folder, stateFile), { force: true });
  await removeOlder(folder, '');
}

const startAnew = 'Discard the run with "fingerprint-model runs discard", then start it again.';

function brokenState(folder: string): UserError {
  return new UserError('broken-state', `The saved state in ${folder} does not match this run.`, startAnew);
}

async function writeNumbers(path: string, arrays: readonly Float32Array[]): Promise<void> {
  try {
    const file = await open(path, 'w');
    try {
      for (const array of arrays) await file.writeFile(bytesOf(array));
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(path, { force: true });
    throw asDiskError(error, path);
  }
}

async function readNumbers(path: string, arrays: readonly Float32Array[]): Promise<void> {
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) throw brokenState(path);
  try {
    for (const array of arrays) await fill(file, bytesOf(array), path);
  } finally {
    await file.close();
  }
}

type FileHandle = Awaited<ReturnType<typeof open>>;

async function fill(file: FileHandle, bytes: Uint8Array, path: string): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await file.read(bytes, done, Math.min(bytes.length - done, 1 << 30));
    if (bytesRead === 0) throw brokenState(path);
    done += bytesRead;
  }
}

function bytesOf(array: Float32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

async function removeOlder(folder: string, kept: string): Promise<void> {
  for (const name of await readdir(folder))
    if (/^state-\d+\.f32$/.test(name) && name !== kept) await rm(join(folder, name), { force: true });
}
