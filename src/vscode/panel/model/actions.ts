import * as vscode from 'vscode';
import { askCheckpoint } from '../../commands/questions';
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

/** Lets the user search the models of the workspace for the one to choose. */
export async function pickModel(session: PanelSession): Promise<void> {
  const place = { title: 'Choose Model', step: 1, totalSteps: 1 };
  session.chooseModel(await askCheckpoint(session.services.index, place, 'Which model do you want to mark?'));
}
