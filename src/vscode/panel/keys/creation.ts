import { mkdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import * as vscode from 'vscode';
import { showStage } from '../showStage';
import type { BeaconWish } from '../../../contract/beaconWish';
import { createKeySet } from '../../../contract/declarations/createKeySet';
import { isInside } from '../../../checkpoint/folderFiles';
import { Cancelled, UserError } from '../../../common/errors';
import { findNameFault } from '../../../protocol/portableName';
import type { Stage } from '../../../protocol/panel/parts';
import type { KeyPlan } from '../../../protocol/panel/requests';
import { askNewPassphrase } from '../../keySets/passphraseBox';
import type { RunService } from '../../runs/runService';
import type { Services } from '../../services';
import { requireTrust } from '../../trust';
import { findLiveRun } from '../modelRuns';

const extension = '.fpkeys';

/** A key set that is being drawn. */
interface Drawing {
  /** Folder of the run. */
  readonly folder: string;
  /** The file being made. */
  readonly out: string;
}

/**
 * Asks for the path of a new key set and its passphrase, and starts to draw it.
 * @throws Cancelled when the user gives up; UserError as RunService.start.
 */
export async function startDrawing(
  { runs, secrets, settings }: Services,
  model: string,
  { count, responseLength, soft, quiet, promptsFile }: KeyPlan,
  draw?: BeaconWish,
): Promise<Drawing> {
  requireTrust();
  const out = await askKeyFile(model);
  const passphrase = await askNewPassphrase(out);
  await mkdir(dirname(out), { recursive: true });
  const folder = await runs.newRunFolder(basename(out, extension));
  const request = {
    model,
    count,
    out,
    responseLength,
    soft,
    quiet,
    ...(promptsFile !== null && { prompts: promptsFile }),
    ...(draw && { draw }),
    ...settings.placement(),
  };
  // Before the drawing: closing the window must not lose the passphrase.
  await secrets.store(out, passphrase);
  try {
    await runs.start(createKeySet, request, { passphrase }, folder);
  } catch (error) {
    await secrets.forget(out);
    throw error;
  }
  return { folder, out };
}

/**
 * Waits for a drawing.
 * @throws Cancelled; UserError with what went wrong.
 */
export async function waitForDrawing(
  { runs, secrets, index }: Services,
  { folder, out }: Drawing,
): Promise<void> {
  const { state, failure } = await runs.attend(folder);
  if (state === 'done') return index.refresh();
  await secrets.forget(out);
  if (failure) throw new UserError(failure.reason, failure.message, failure.next);
  throw new Cancelled();
}

/** The drawing of a key set for this model that is in progress. */
export function findDrawing(
  runs: RunService,
  model: string,
): { readonly folder: string; readonly stage: Stage } | undefined {
  const run = findLiveRun(runs, createKeySet, model);
  if (!run) return undefined;
  return { folder: run.folder, stage: showStage(run.lastProgress) };
}

/** Asks for the path of a new file, relative to the workspace or absolute. */
export async function askKeyFile(model: string): Promise<string> {
  const root = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(model))?.uri.fsPath ?? dirname(model);
  const proposed = proposeKeyFile(root, model);
  const typed = await vscode.window.showInputBox({
    title: 'New Key Set',
    prompt: `New file, relative to ${root}. It contains your secrets, encrypted with the passphrase that you choose next.`,
    value: proposed,
    valueSelection: [proposed.lastIndexOf('/') + 1, proposed.length - extension.length],
    ignoreFocusOut: true,
    validateInput: (text) => findFault(resolvePath(root, text), model),
  });
  if (typed === undefined) throw new Cancelled();
  return resolvePath(root, typed);
}

/** A free path: "keys/aurora-keys.fpkeys", with a number where that is taken. */
function proposeKeyFile(root: string, model: string): string {
  for (let number = 1; ; number++) {
    const name = `keys/${basename(model)}-keys${number === 1 ? '' : `-${number}`}${extension}`;
    if (!existsSync(join(root, name))) return name;
  }
}

function resolvePath(root: string, typed: string): string {
  return isAbsolute(typed) ? resolve(typed) : resolve(root, typed);
}

function findFault(path: string, model: string): string | undefined {
  if (!path.endsWith(extension) || basename(path) === extension)
    return `A file name that ends with ${extension}.`;
  const fault = findNameFault(basename(path));
  if (fault !== undefined) return fault;
  if (isInside(model, path))
    return 'Choose a folder outside the model, or the key set would be published with it.';
  return existsSync(path) ? 'This file exists and will not be overwritten.' : undefined;
}
