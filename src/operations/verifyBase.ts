import { basename } from 'node:path';
import { digestCheckpoint } from '../checkpoint/identity';
import { openCheckpoint } from '../checkpoint/checkpoint';
import { UserError } from '../common/errors';
import type { KeySet } from '../fingerprint/keySet';
import { shortenDigest } from '../words/digests';
import { openModel, type OpenModel } from './openModel';

/** The checkpoint that a key set was made for, or a sentence on why it is not available. */
type BaseAtHand = { readonly model: OpenModel } | { readonly note: string };

/**
 * Finds the base to compare a suspect with: the given folder, else the one that the key set remembers, if it
 * is still there unchanged.
 * @throws UserError `wrong-base` when the given folder holds another model, and as openModel; Cancelled.
 */
export async function findBase(
  given: string | undefined,
  keySet: KeySet,
  signal: AbortSignal | undefined,
): Promise<BaseAtHand> {
  if (given !== undefined) return { model: await openGiven(given, keySet, signal) };
  const { path } = keySet.base;
  const isThere = path !== undefined && (await digestOf(path, signal)) === keySet.base.digest;
  if (isThere) return { model: await openModel(path, signal) };
  return {
    note: `The base ${keySet.base.name} was not found unchanged in the folder that the key set remembers, so the suspect was judged alone; --base DIR makes the test more sensitive.`,
  };
}

async function openGiven(given: string, keySet: KeySet, signal: AbortSignal | undefined): Promise<OpenModel> {
  const model = await openModel(given, signal);
  const { root } = await digestCheckpoint(model.checkpoint, signal);
  if (root === keySet.base.digest) return model;
  throw new UserError(
    'wrong-base',
    `${basename(given)} is not the model that the key set was made for: its digest is ${shortenDigest(root)}, but that of ${keySet.base.name} was ${shortenDigest(keySet.base.digest)}.`,
    `Give the unmarked ${keySet.base.name} as --base, or leave out --base.`,
  );
}

/** The digest of a remembered folder; undefined when it no longer holds a readable checkpoint. */
async function digestOf(path: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  try {
    return (await digestCheckpoint(await openCheckpoint(path), signal)).root;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
