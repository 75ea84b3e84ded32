import * as vscode from 'vscode';

const reveal = 'Reveal';
const open = 'Open';

/**
 * Says that a file was written or changed, and offers to show it. Does not wait: the message may stay for as long as
 * the user likes.
 * @param canOpen whether the editor has something to show in it
 */
export function tellFile(message: string, path: string, canOpen: boolean): void {
  const uri = vscode.Uri.file(path);
  void vscode.window
    .showInformationMessage(message, reveal, ...(canOpen ? [open] : []))
    .then(async (chosen) => {
      if (chosen === open) await vscode.commands.executeCommand('vscode.open', uri);
      if (chosen === reveal) await revealFile(uri);
    });
}

/** In the Explorer where it is in the workspace, else in the system's file manager. */
async function revealFile(uri: vscode.Uri): Promise<void> {
  const isInWorkspace = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  await vscode.commands.executeCommand(isInWorkspace ? 'revealInExplorer' : 'revealFileInOS', uri);
}
