import { basename } from 'node:path';
import * as vscode from 'vscode';
import { Cancelled } from '../../common/errors';
import { formatDay } from '../../words/dates';
import { formatParameters } from '../../words/figures';
import { formatCounted, formatOf } from '../../words/numbers';
import type { FoundCheckpoint, FoundKeySet } from '../index/found';
import type { WorkspaceIndex } from '../index/workspaceIndex';
import { sayWeakness, weakerWords } from '../keySets/weakness';
import { pickOne, type Choice, type Place } from './dialog';

const browse = Symbol('browse');
const creating = Symbol('creating');

interface KeySetWish {
  /** The model for which the keys have to be; those of others are marked. */
  readonly model?: string;
  /** Makes a new set, which is then the answer. */
  readonly create?: () => Promise<string>;
}

/**
 * Asks for a checkpoint folder: one of the workspace, or any other.
 * @param first the name of those that are listed first
 * @throws Cancelled.
 */
export async function askCheckpoint(
  index: WorkspaceIndex,
  place: Place,
  placeholder: string,
  { except, first }: { readonly except?: string; readonly first?: string | undefined } = {},
): Promise<string> {
  await index.whenReady();
  const listed = index.checkpoints.filter(({ path, problem }) => !problem && path !== except);
  const usable = [
    ...listed.filter(({ name }) => name === first),
    ...listed.filter(({ name }) => name !== first),
  ];
  const chosen = await pickOne<string | typeof browse>(place, placeholder, [
    ...usable.map((checkpoint) => choiceOfCheckpoint(checkpoint)),
    { label: '$(folder-opened) Choose Folder…', value: browse },
  ]);
  return chosen === browse ? askFolder('Choose a Checkpoint Folder', 'Choose Folder') : chosen;
}

/** A checkpoint as a choice. */
export function choiceOfCheckpoint({ path, name, facts }: FoundCheckpoint): Choice<string> {
  const what = facts
    ? [facts.family, formatParameters(facts.parameters), facts.dtypes.join(' and ')].join(', ')
    : '';
  return {
    label: `$(package) ${name}`,
    description: what,
    detail: vscode.workspace.asRelativePath(path),
    value: path,
  };
}

/**
 * Asks for a key set, those made for this model first; where one may be made, that is the first choice.
 * @throws Cancelled; whatever `create` throws.
 */
export async function askKeySet(
  index: WorkspaceIndex,
  place: Place,
  placeholder: string,
  { model, create }: KeySetWish = {},
): Promise<string> {
  await index.whenReady();
  const fits = ({ header }: FoundKeySet): boolean => model !== undefined && header?.model === basename(model);
  const readable = index.keySets.filter(({ header }) => header !== undefined);
  const sorted = [...readable.filter(fits), ...readable.filter((keySet) => !fits(keySet))];
  const chosen = await pickOne<string | typeof browse | typeof creating>(place, placeholder, [
    ...(create ? [choiceOfNewSet(model)] : []),
    ...sorted.map((keySet) => choiceOfKeySet(keySet, model === undefined || fits(keySet))),
    { label: '$(folder-opened) Choose File…', value: browse },
  ]);
  if (chosen === creating) return create!();
  return chosen === browse ? askFile('Choose a Key Set', { 'Key sets': ['fpkeys'] }) : chosen;
}

function choiceOfNewSet(model: string | undefined): Choice<typeof creating> {
  return {
    label: '$(add) Create Key Set…',
    description: model === undefined ? 'for a model that you will mark' : `for ${basename(model)}`,
    detail: 'Draws new keys, then continues here.',
    value: creating,
  };
}

function choiceOfKeySet({ path, name, header }: FoundKeySet, fits: boolean): Choice<string> {
  const { keyCount = 0, spentCount = 0, model = '' } = header ?? {};
  const spent = spentCount === 0 ? '' : `, ${formatOf(spentCount, keyCount)} spent`;
  const made = header ? `, ${sayReleases(header.releases.length)}, ${formatDay(header.createdAt)}` : '';
  const weaker = header && sayWeakness(header) !== undefined ? `, ${weakerWords}` : '';
  return {
    label: `${fits ? '$(key)' : '$(warning)'} ${name}`,
    description: `${formatCounted(keyCount, 'key')} for ${model}${fits ? '' : ', another model'}${spent}${weaker}${made}`,
    detail: vscode.workspace.asRelativePath(path),
    value: path,
  };
}

function sayReleases(count: number): string {
  return count === 0 ? 'in no release' : `in ${formatCounted(count, 'release')}`;
}

/** @throws Cancelled. */
export async function askFolder(title: string, openLabel: string): Promise<string> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      title,
      openLabel,
      canSelectFolders: true,
      canSelectFiles: false,
    })) ?? [];
  if (folder === undefined) throw new Cancelled();
  return folder.fsPath;
}

/** @throws Cancelled. */
export async function askFile(title: string, filters: Record<string, string[]>): Promise<string> {
  const [file] = (await vscode.window.showOpenDialog({ title, filters })) ?? [];
  if (file === undefined) throw new Cancelled();
  return file.fsPath;
}

/**
 * Asks where to put a new file.
 * @throws Cancelled.
 */
export async function askNewFile(
  title: string,
  proposed: string,
  filters: Record<string, string[]>,
): Promise<string> {
  const file = await vscode.window.showSaveDialog({
    title,
    filters,
    defaultUri: vscode.Uri.file(proposed),
  });
  if (file === undefined) throw new Cancelled();
  return file.fsPath;
}

/**
 * Asks in a modal window before something that cannot be undone.
 * @throws Cancelled.
 */
export async function confirm(question: string, detail: string, action: string): Promise<void> {
  const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, action);
  if (chosen !== action) throw new Cancelled();
}
