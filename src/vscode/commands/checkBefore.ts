import { basename } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../common/errors';
import type { Reason } from '../../common/reasons';
import { readKeyFilePublic } from '../../fingerprint/keyFile/keyFile';
import { viewIds } from '../../ids';
import type { WorkspaceIndex } from '../index/workspaceIndex';

/* What can be known to fail is refused before a question, a passphrase or a run. */

/** A folder of these holds nothing that could be asked; in any other case a verification says what it could read. */
const nothingToAsk = new Set<Reason>([
  'adapter-only',
  'gguf-only',
  'pickle-only',
  'no-weights',
  'not-a-folder',
]);

/**
 * @throws UserError with why a folder cannot be marked.
 */
export async function assertMarkable(index: WorkspaceIndex, path: string): Promise<void> {
  const { problem, unmarkable } = await index.lookAt(path);
  const fault = problem ?? unmarkable;
  if (fault) throw new UserError(fault.reason, fault.message, fault.next);
}

/**
 * @throws UserError with why a folder cannot be read as a model.
 */
export async function assertReadable(index: WorkspaceIndex, path: string): Promise<void> {
  const { problem } = await index.lookAt(path);
  if (problem) throw new UserError(problem.reason, problem.message, problem.next);
}

/** @throws UserError with why a suspect holds nothing to ask; what hides or is damaged is asked as far as it goes. */
export async function assertAskable(index: WorkspaceIndex, path: string): Promise<void> {
  const { problem } = await index.lookAt(path);
  if (problem && nothingToAsk.has(problem.reason))
    throw new UserError(problem.reason, problem.message, problem.next);
}

/**
 * Checks, by what needs no passphrase, that a key set was made for a model. Where the names agree and no digest is
 * known, that is enough for now: the run checks it again.
 * @throws UserError `other-model`, `not-drawn`, or as readKeyFilePublic.
 */
export async function assertMadeFor(index: WorkspaceIndex, keys: string, model: string): Promise<void> {
  const { model: name, baseDigest, draw } = await readKeyFilePublic(keys);
  if (draw?.from === 'announced')
    throw new UserError(
      'not-drawn',
      `The responses of ${basename(keys)} are not drawn yet.`,
      'Draw them from the public beacon first, or choose another key set.',
    );
  const known = index.digestOf(model);
  if (known === undefined && name === basename(model)) return;
  const digest = known ?? (await readDigest(index, model));
  if (digest === undefined || digest === baseDigest) return;
  throw new UserError(
    'other-model',
    `${basename(keys)} was made for ${name}, and ${basename(model)} is another model.`,
    'Choose the model that the keys were drawn from, or create a key set for this one.',
  );
}

/** Reads all weights, so the view shows progress. */
function readDigest(index: WorkspaceIndex, model: string): Promise<string | undefined> {
  const location = { viewId: viewIds.models };
  return Promise.resolve(vscode.window.withProgress({ location }, () => index.readDigest(model)));
}
