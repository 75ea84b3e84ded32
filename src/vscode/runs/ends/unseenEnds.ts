import * as vscode from 'vscode';

/** The runs of this window whose end the user may not have seen yet. */
export class UnseenEnds implements vscode.Disposable {
  private readonly folders = new Set<string>();
  private readonly changed = new vscode.EventEmitter<void>();
  /** The user has seen an end. */
  readonly onDidSee = this.changed.event;

  has(runFolder: string): boolean {
    return this.folders.has(runFolder);
  }

  /** The run works, so its end will be news. */
  expect(runFolder: string): void {
    this.folders.add(runFolder);
  }

  see(runFolder: string): void {
    if (this.folders.delete(runFolder)) this.changed.fire();
  }

  seeAll(): void {
    this.folders.clear();
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }
}
