import * as vscode from 'vscode';
import { notReadyFile } from '../../checkpoint/folderFiles';

const quietMs = 500;
const telling = `**/{config.json,*.safetensors,*.safetensors.index.json,*.fpkeys,*.fpreport.json,job.json,*.recipe.json,${notReadyFile}}`;

/** Reports, once the disk has been quiet for a moment, that files of ours changed in the workspace's folders or in others. */
export class DiskWatch implements vscode.Disposable {
  private readonly folderChange: vscode.Disposable;
  private watchers: vscode.Disposable[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly onQuiet: () => void,
    /** Folders outside the workspace. */
    private readonly others: () => readonly string[],
  ) {
    this.folderChange = vscode.workspace.onDidChangeWorkspaceFolders(() => {
      this.watchAll();
      this.restart();
    });
    this.watchAll();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.folderChange.dispose();
    for (const watcher of this.watchers) watcher.dispose();
  }

  /** Watches the folders as they are now. */
  watchAll(): void {
    for (const watcher of this.watchers) watcher.dispose();
    const own = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    this.watchers = [...own, ...this.others().map((path) => vscode.Uri.file(path))].flatMap((folder) =>
      this.watchFolder(folder),
    );
  }

  private watchFolder(folder: vscode.WorkspaceFolder | vscode.Uri): vscode.Disposable[] {
    const restart = (): void => this.restart();
    const files = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, telling));
    // A folder that is deleted or moved away causes no events for its files.
    const folders = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(folder, '**/*'),
      true,
      true,
    );
    return [
      files,
      folders,
      files.onDidCreate(restart),
      files.onDidChange(restart),
      files.onDidDelete(restart),
      folders.onDidDelete(restart),
    ];
  }

  private restart(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.onQuiet, quietMs);
  }
}
