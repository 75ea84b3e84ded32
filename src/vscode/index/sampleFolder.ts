import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type * as vscode from 'vscode';
import { asDiskError, exists } from '../../common/files';
import { isInside } from '../../checkpoint/folderFiles';

const shownKey = 'isSampleShown';
const modelName = 'tiny-stories';

/**
 * The sample model in the extension's own storage, with everything that is made from it. It belongs to no
 * workspace: a window in which somebody tries it shows it beside its own folders.
 */
export class SampleFolder {
  /** The folder that holds the model, its key sets and its marked copies. */
  readonly root: string;

  constructor(
    private readonly context: Pick<
      vscode.ExtensionContext,
      'globalStorageUri' | 'workspaceState' | 'asAbsolutePath'
    >,
  ) {
    this.root = join(context.globalStorageUri.fsPath, 'sample');
  }

  /** Whether this window shows it. */
  get isShown(): boolean {
    return this.context.workspaceState.get(shownKey) === true;
  }

  /** The folders that this window searches besides those of its workspace. */
  get roots(): string[] {
    return this.isShown ? [this.root] : [];
  }

  holds(path: string): boolean {
    return isInside(this.root, path);
  }

  /** A path in it as people read it: "sample/tiny-stories". */
  shorten(path: string): string {
    return relative(dirname(this.root), path).replaceAll('\\', '/');
  }

  /**
   * Copies the model from the extension, unless it is there, and shows it in this window from now on.
   * @returns the model's folder
   * @throws UserError `disk-full` or `not-writable`.
   */
  async open(): Promise<string> {
    const model = join(this.root, modelName);
    if (!(await exists(join(model, 'config.json')))) await this.copyTo(model);
    await this.context.workspaceState.update(shownKey, true);
    return model;
  }

  /** Copied beside and renamed, so that a model that is there is whole. */
  private async copyTo(model: string): Promise<void> {
    const partial = `${model}.${process.pid}.partial`;
    try {
      await mkdir(this.root, { recursive: true });
      await cp(this.context.asAbsolutePath('media/sample-model'), partial, { recursive: true });
      await rename(partial, model);
    } catch (error) {
      await rm(partial, { recursive: true, force: true });
      throw asDiskError(error, model);
    }
  }
}
