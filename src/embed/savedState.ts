import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { UserError } from '../common/errors';
import { asDiskError, readJsonFile, writeFileAtomic } from '../common/files';
import type { Trainer } from './trainer';

/*
 * The state of a run lies in its run folder as `state.json` and the file of numbers it names. The numbers are written under
 * a new name first, so that `state.json` always names a whole file.
 */

const stateSchema = z.strictObject({
  version: z.literal(1),
  step: z.number().int().nonnegative(),
  /** Whether training is over and only the checkpoint remained to be written. */
  finished: z.boolean(),
  numbers: z.string().regex(/^state-\d+\.f32$/),
  /** What is left of the recipe's learning rate, and how often the run has gone back to lower it. */
  rateShare: z.number().positive().max(1).default(1),
  returns: z.number().int().nonnegative().default(0),
  /** When each key is due again, in steps. */
  dueAt: z.array(z.number().int().nonnegative()),
  tensors: z.array(z.strictObject({ name: z.string(), length: z.number().int().nonnegative() })),
});
export type SavedState = z.infer<typeof stateSchema>;

const stateFile = 'state.json';

/** Saves values and optimiser moments of every trained tensor, in float32. */
export async function saveState(folder: string, trainer: Trainer, finished: boolean): Promise<void> {
  const numbers = `state-${trainer.step}.f32`;
  await writeNumbers(
    join(folder, numbers),
    trainer.states.flatMap(({ values, first, second }) => [values, first, second]),
  );
  const state: SavedState = {
    version: 1,
    step: trainer.step,
    finished,
    numbers,
    rateShare: trainer.rateShare,
    returns: trainer.returns,
    dueAt: trainer.turns.dueAt,
    tensors: trainer.states.map(({ name, values }) => ({ name, length: values.length })),
  };
  await writeFileAtomic(join(folder, stateFile), JSON.stringify(state));
  await removeOlder(folder, numbers);
}

/** Whether a run has saved a state. */
export async function hasState(folder: string): Promise<boolean> {
  return (await stat(join(folder, stateFile)).catch(() => undefined)) !== undefined;
}

/** Puts a saved state into a freshly opened trainer. @throws UserError `broken-state` when the two do not fit. */
export async function restoreState(folder: string, trainer: Trainer): Promise<SavedState> {
  const state = await readJsonFile(join(folder, stateFile), stateSchema, startAnew);
  const fits =
    state.dueAt.length === trainer.turns.dueAt.length &&
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
  state.dueAt.forEach((step, key) => (trainer.turns.dueAt[key] = step));
  return state;
}

/** Removes the saved state of a run that is done. */
export async function removeState(folder: string): Promise<void> {
  await rm(join(folder, stateFile), { force: true });
  await removeOlder(folder, '');
}

const startAnew = 'Discard the run with "fingerprint-model runs discard", then start it anew.';

function brokenState(folder: string): UserError {
  return new UserError('broken-state', `The saved state in ${folder} does not fit this run.`, startAnew);
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
