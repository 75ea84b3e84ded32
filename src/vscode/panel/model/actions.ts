import * as vscode from 'vscode';
import type { PanelSession } from '../panelSession';

/** Chooses a folder from anywhere on the disk as the model. */
export async function chooseFolder(session: PanelSession): Promise<void> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: 'Choose a Checkpoint Folder',
      openLabel: 'Choose Folder',
      canSelectFolders: true,
      canSelectFiles: false,
    })) ?? [];
  if (folder) session.chooseModel(folder.fsPath);
}
