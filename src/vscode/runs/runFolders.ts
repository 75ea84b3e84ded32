import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import { asDiskError } from '../../common/files';
import { findRunFolders } from '../../jobs/runs';

const rememberedKey = 'runFolders';
const mostRemembered = 200;
const rememberedSchema = z.array(z.string().max(4096)).max(mostRemembered).catch([]);

/** Where runs are found: the workspace's folders, the extension's storage, and outputs elsewhere. */
export class RunFolders {
  constructor(
    /** The extension's own folder for runs that make no checkpoint. */
    private readonly storage: string,
    private readonly memory: vscode.Memento,
  ) {}

  /** Every run folder, each once. Unreadable folders are skipped. */
  async list(): Promise<string[]> {
    const found = new Set(this.readRemembered());
    for (const root of [this.storage, ...workspaceRoots()])
      for (const folder of await findRunFolders(root).catch(() => [])) found.add(folder);
    return [...found];
  }

  isOwn(folder: string): boolean {
    return folder.startsWith(this.storage);
  }

  /**
   * Makes the storage and returns a folder path in it that does not exist yet.
   * @throws UserError `disk-full` or `not-writable`.
   */
  async reserve(name: string): Promise<string> {
    try {
      await mkdir(this.storage, { recursive: true });
    } catch (error) {
      throw asDiskError(error, this.storage);
    }
    const time = new Date().toISOString().replace(/[:.]/g, '-');
    return join(this.storage, `${name.replace(/[^\w.-]/g, '-').slice(0, 80)}-${time}.run`);
  }

  /** Remembers a run that may be outside the searched folders. */
  async remember(folder: string): Promise<void> {
    if (this.isOwn(folder)) return;
    const others = this.readRemembered().filter((other) => other !== folder);
    await this.memory.update(rememberedKey, [folder, ...others].slice(0, mostRemembered));
  }

  async forget(folder: string): Promise<void> {
    const others = this.readRemembered().filter((other) => other !== folder);
    await this.memory.update(rememberedKey, others);
  }

  private readRemembered(): string[] {
    return rememberedSchema.parse(this.memory.get(rememberedKey));
  }
}

function workspaceRoots(): string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => uri.fsPath);
}
