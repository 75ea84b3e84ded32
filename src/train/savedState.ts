import { createHash, type Hash } from 'node:crypto';
import { readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { systemErrorCode, UserError } from '../common/errors';
import { asDiskError, readStrictJson, writeFileAtomic } from '../common/files';
import { openStrictHandle } from '../common/strictFile';
import type { Trainer } from './trainer';

/*
 * The state of a run is in its run folder as `state.json` and the file of numbers that it names. The numbers
 * are written under a new name first, so that `state.json` always names a complete file. A digest covers both:
 * a run never goes on from numbers that it did not save.
 */

const numbersFile = /^state-\d+(-\d+)?\.f32$/;
const privateFile = 0o600;

const countSchema = z.number().int().nonnegative();

const stateSchema = z
  .object({
    version: z.int().min(1).max(2),
    step: countSchema,
    /** Whether training is over and only the checkpoint has yet to be written. */
    finished: z.boolean(),
    numbers: z.string().regex(numbersFile),
    /** SHA-256 of the numbers and of everything else here, hexadecimal; version 1 had none. */
    digest: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
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
  const hash = createHash('sha256');
  const numbers = await writeNumbers(folder, trainer, hash);
  const state = {
    version: 2,
    step: trainer.step,
    finished,
    numbers,
    rateShare: trainer.rateShare,
    returns: trainer.returns,
    ...trainer.memory,
    tensors: trainer.states.map(({ name, values }) => ({ name, length: values.length })),
  };
  const digest = finishDigest(hash, state);
  await writeFileAtomic(join(folder, stateFile), JSON.stringify({ ...state, digest }), privateFile);
  await removeOlder(folder, numbers);
}

/** Whether a run has saved a state. */
export async function hasState(folder: string): Promise<boolean> {
  return (await stat(join(folder, stateFile)).catch(() => undefined)) !== undefined;
}

/**
 * Puts a saved state into a newly opened trainer.
 * @throws UserError `broken-state` when the two do not match, or when the state is not as it was saved.
 */
export async function restoreState(folder: string, trainer: SavedParts): Promise<SavedState> {
  const state = readStrictJson(join(folder, stateFile), stateSchema, startAnew);
  const fits =
    remembersAlike(state, trainer.memory) &&
    state.tensors.length === trainer.states.length &&
    trainer.states.every(({ name, values }, i) => {
      const saved = state.tensors[i]!;
      return saved.name === name && saved.length === values.length;
    });
  if (!fits) throw brokenState(folder);
  await readNumbers(folder, state, trainer);
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

function changedState(folder: string): UserError {
  return new UserError(
    'broken-state',
    `The saved state in ${folder} is damaged: its numbers are not those that were saved.`,
    startAnew,
  );
}

/** @returns the name of the new file: never that of a file that an older state may name. */
async function writeNumbers(folder: string, trainer: SavedParts, hash: Hash): Promise<string> {
  const { name, file } = await createNumbers(folder, trainer.step);
  try {
    try {
      for (const bytes of listBytes(trainer)) {
        hash.update(bytes);
        await file.writeFile(bytes);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    return name;
  } catch (error) {
    await rm(join(folder, name), { force: true });
    throw asDiskError(error, join(folder, name));
  }
}

async function createNumbers(folder: string, step: number): Promise<{ name: string; file: FileHandle }> {
  for (let copy = 0; ; copy++) {
    const name = copy === 0 ? `state-${step}.f32` : `state-${step}-${copy}.f32`;
    try {
      return { name, file: await openStrictHandle(join(folder, name), 'create') };
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw asDiskError(error, join(folder, name));
    }
  }
}

async function readNumbers(folder: string, state: SavedState, trainer: SavedParts): Promise<void> {
  const path = join(folder, state.numbers);
  const file = await openStrictHandle(path, 'read').catch(() => undefined);
  if (!file) throw brokenState(path);
  const hash = createHash('sha256');
  try {
    for (const bytes of listBytes(trainer)) {
      await fill(file, bytes, path);
      hash.update(bytes);
    }
    if ((await file.stat()).size !== listBytes(trainer).reduce((sum, { length }) => sum + length, 0))
      throw changedState(folder);
  } finally {
    await file.close();
  }
  const isAsSaved = state.version === 1 ? areFinite(trainer) : finishDigest(hash, state) === state.digest;
  if (!isAsSaved) throw changedState(folder);
}

/** The digest of numbers, already hashed, and of what is saved with them, whatever the order of its members. */
function finishDigest(hash: Hash, state: object): string {
  const members = Object.entries(state).filter(([name]) => name !== 'digest');
  const sorted = members.sort(([a], [b]) => (a < b ? -1 : 1));
  return hash.update(JSON.stringify(sorted)).digest('hex');
}

function areFinite({ states }: SavedParts): boolean {
  return states.every(({ values, first, second }) =>
    [values, first, second].every((numbers) => numbers.every(Number.isFinite)),
  );
}

async function fill(file: FileHandle, bytes: Uint8Array, path: string): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await file.read(bytes, done, Math.min(bytes.length - done, 1 << 30));
    if (bytesRead === 0) throw brokenState(path);
    done += bytesRead;
  }
}

/** The numbers of a trainer as bytes, in the order of the file. */
function listBytes({ states }: SavedParts): Uint8Array[] {
  return states.flatMap(({ values, first, second }) => [values, first, second]).map(bytesOf);
}

function bytesOf(array: Float32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

async function removeOlder(folder: string, kept: string): Promise<void> {
  for (const name of await readdir(folder))
    if (numbersFile.test(name) && name !== kept) await rm(join(folder, name), { force: true });
}
