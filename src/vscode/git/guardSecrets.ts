import { basename, dirname, relative } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import type { Services } from '../services';
import { ignoreSecrets } from './ignoreFile';
import { findRepository, isIgnored, listTrackedSecrets } from './readGit';

const memoryKey = 'gitToldOf';
const mostTold = 200;
const toldSchema = z.array(z.string().max(8192)).catch([]);

type Guarded = Pick<Services, 'context' | 'index' | 'showError'>;

/**
 * Key sets and run folders lie in the workspace, which may be a public repository: offers once for each to add them to
 * its .gitignore, and warns once of those that git tracks.
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

async function checkRepositories({ context, index }: Guarded): Promise<void> {
  const seen = new Map<string, string>();
  for (const { path } of index.keySets) {
    const repository = await findRepository(dirname(path));
    if (repository !== undefined && !seen.has(repository)) seen.set(repository, path);
  }
  for (const [repository, keySet] of seen) {
    const tracked = await listTrackedSecrets(repository);
    if (tracked.length > 0) await warnOfTracked(context.workspaceState, repository, tracked);
    else if ((await isIgnored(repository, keySet)) === false)
      await offerToIgnore(context.workspaceState, repository, keySet);
  }
}

async function warnOfTracked(
  memory: vscode.Memento,
  repository: string,
  tracked: readonly string[],
): Promise<void> {
  const [first, ...others] = tracked;
  if (!(await isNews(memory, `tracked ${repository} ${tracked.length}`))) return;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  const copy = 'Copy Git Command';
  const chosen = await vscode.window.showWarningMessage(
    `Git tracks ${first!}${more} in ${basename(repository)}. Anyone who can read the repository has the file, and keeps it in its history. Take it out of git before you publish; if it was published, make a new key set.`,
    copy,
  );
  if (chosen === copy)
    await vscode.env.clipboard.writeText(`git rm -r --cached -- ${tracked.map(quote).join(' ')}`);
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

function quote(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
