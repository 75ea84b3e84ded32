import { basename } from 'node:path';
import * as vscode from 'vscode';
import { Cancelled } from '../../../common/errors';
import { viewIds } from '../../../ids';
import { shortenDigest } from '../../../words/digests';
import { findHeader } from '../../index/findHeader';
import type { WorkspaceIndex } from '../../index/workspaceIndex';
import { locateEmbedding } from '../../runs/locateRun';
import type { Services } from '../../services';
import { pickOne, type Choice, type Place } from '../dialog';
import { askFolder, choiceOfCheckpoint } from '../questions';
import { findKnownBase, listLikelyBases, listOthers, type BaseSearch } from './baseChoices';

const browse = Symbol('browse');
const chooseBase = 'Choose Base…';
const without = 'Verify Without It';

/**
 * The unmarked model that a key set was drawn from: chosen by its digest where the workspace has it, else asked for.
 * @returns null for the folder that the key set remembers, if that is still there.
 * @throws Cancelled.
 */
export async function askBase(
  { index, runs }: Pick<Services, 'index' | 'runs'>,
  { model, keys }: { readonly model: string; readonly keys: string },
  place: Place,
): Promise<string | null> {
  await index.whenReady();
  const header = await findHeader(index, keys);
  if (!header) return null;
  const made = new Set(runs.runs.flatMap((run) => locateEmbedding(run, index)?.out ?? []));
  const search = { content: index, header, suspect: model, made };
  return (await findBase(index, search)) ?? askUntilRight(index, search, place);
}

/** Reads the few checkpoints that may be the base, if it is not known which one is. */
async function findBase(index: WorkspaceIndex, search: BaseSearch): Promise<string | undefined> {
  const known = findKnownBase(search);
  if (known !== undefined) return known;
  for (const path of listLikelyBases(search))
    if ((await readWithProgress(index, path)) === search.header.baseDigest) return path;
  return undefined;
}

/** A wrong choice costs no run: it is found by its digest before. */
async function askUntilRight(
  index: WorkspaceIndex,
  search: BaseSearch,
  place: Place,
): Promise<string | null> {
  const { model, baseDigest } = search.header;
  for (;;) {
    const chosen = await ask(search, place);
    if (chosen === null) return null;
    const digest = await readWithProgress(index, chosen);
    if (digest === baseDigest) return chosen;
    const found = digest === undefined ? 'it cannot be read' : `its digest is ${shortenDigest(digest)}`;
    const action = await vscode.window.showErrorMessage(
      `${basename(chosen)} is not the model that the keys were drawn from: ${found}, and that of ${model} is ${shortenDigest(baseDigest)}.`,
      chooseBase,
      without,
    );
    if (action === without) return null;
    if (action !== chooseBase) throw new Cancelled();
  }
}

async function ask(search: BaseSearch, place: Place): Promise<string | null> {
  const others = listOthers(search);
  if (others.length === 0) return null;
  const { model } = search.header;
  const choices: Choice<string | null | typeof browse>[] = [
    {
      label: 'In the folder that the key set remembers',
      description: 'if it is still there; otherwise the suspect is judged alone',
      value: null,
    },
    { label: '$(folder-opened) Choose Folder…', value: browse },
    { label: 'Other', kind: vscode.QuickPickItemKind.Separator, value: null },
    ...others.map(({ checkpoint, doubt }) => {
      const choice = choiceOfCheckpoint(checkpoint);
      return doubt ? { ...choice, description: `${choice.description ?? ''}, ${doubt}` } : choice;
    }),
  ];
  const question = `Where is the unmarked ${model}? It makes the test more sensitive. No model here has its digest.`;
  const chosen = await pickOne(place, question, choices);
  return chosen === browse ? askFolder('Choose the Unmarked Model', 'Choose Folder') : chosen;
}

function readWithProgress(index: WorkspaceIndex, path: string): Thenable<string | undefined> {
  return vscode.window.withProgress({ location: { viewId: viewIds.models } }, () => index.readDigest(path));
}
