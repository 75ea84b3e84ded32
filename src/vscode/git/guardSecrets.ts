import { createHash } from 'node:crypto';
import { basename, dirname, relative } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import type { Services } from '../services';
import { ignoreSecrets } from './ignoreFile';
import { findRepository, isIgnored, listTrackedSecrets, secretFiles } from './readGit';

const memoryKey = 'gitToldOf';
const mostTold = 200;
const toldSchema = z.array(z.string().max(8192)).catch([]);

type Guarded = Pick<Services, 'context' | 'index' | 'showError'>;

/**
 * Key sets lie in the workspace, which may be a public repository: offers once for each repository that holds one to add
 * key files and run folders to its .gitignore, and warns once of those that git tracks.
 */
export function guardSecrets(services: Guarded): vscode.Disposable {
  let checking: Promise<void> | undefined;
  const check = (): void => {
    if (!vscode.workspace.isTrusted || checking) return;
    checking = checkRepositories(services)
      .catch(services.showError)
      .finally(() => (checking = undefined));
  };
  return vscode.Disposable.from(
    services.index.onDidChange(check),
    vscode.workspace.onDidGrantWorkspaceTrust(check),
  );
}

async function checkRepositories({ context: { workspaceState }, index, showError }: Guarded): Promise<void> {
  const keySets = new Map<string, string[]>();
  for (const { path } of index.keySets) {
    const repository = await findRepository(dirname(path));
    if (repository !== undefined) keySets.set(repository, [...(keySets.get(repository) ?? []), path]);
  }
  for (const [repository, paths] of keySets) {
    const tracked = await listTrackedSecrets(repository);
    const open = tracked.length > 0 ? undefined : await findNotIgnored(repository, paths);
    // A message may stay open for hours: neither other repositories nor later checks wait for it.
    if (tracked.length > 0) warnOfTracked(workspaceState, repository, tracked).catch(showError);
    else if (open !== undefined) offerToIgnore(workspaceState, repository, open).catch(showError);
  }
}

async function findNotIgnored(repository: string, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if ((await isIgnored(repository, path)) === false) return path;
  return undefined;
}

async function warnOfTracked(
  memory: vscode.Memento,
  repository: string,
  tracked: readonly string[],
): Promise<void> {
  const [first, ...others] = tracked;
  if (!(await isNews(memory, `tracked ${repository} ${digestOf(tracked)}`))) return;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  const copy = 'Copy Git Command';
  const chosen = await vscode.window.showWarningMessage(
    `Git tracks ${first!}${more} in ${basename(repository)}. Anyone who can read the repository has the file, and keeps it in its history. Take it out of git before you publish; if it was published, make a new key set.`,
    copy,
  );
  const names = secretFiles.map((pattern) => `'${pattern}'`);
  if (chosen === copy)
    await vscode.env.clipboard.writeText(`git rm -r --cached --ignore-unmatch -- ${names.join(' ')}`);
}

async function offerToIgnore(memory: vscode.Memento, repository: string, keySet: string): Promise<void> {
  if (!(await isNews(memory, `ignore ${repository}`))) return;
  const add = 'Add to .gitignore';
  const chosen = await vscode.window.showInformationMessage(
    `${relative(repository, keySet)} is in a git repository. Ignore key files (*.fpkeys) and run folders (*.run/) there, so that they are not published by mistake?`,
    add,
    'Not Now',
  );
  if (chosen !== add) return;
  await ignoreSecrets(repository);
  await vscode.window.showTextDocument(vscode.Uri.file(`${repository}/.gitignore`), { preview: true });
}

/** Everything is said once, also in the next window. */
async function isNews(memory: vscode.Memento, what: string): Promise<boolean> {
  const told = toldSchema.parse(memory.get(memoryKey));
  if (told.includes(what)) return false;
  await memory.update(memoryKey, [what, ...told].slice(0, mostTold));
  return true;
}

/** Other files are news, though there be as many. */
function digestOf(paths: readonly string[]): string {
  return createHash('sha256').update(paths.join('\0')).digest('hex');
}
