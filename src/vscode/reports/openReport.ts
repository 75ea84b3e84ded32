import * as vscode from 'vscode';
import { reportEditorType } from '../../ids';

/** Opens a report file in its own editor, and not as a preview, which the next file opened would replace. */
export async function openReport(path: string): Promise<void> {
  const options: vscode.TextDocumentShowOptions = { preview: false };
  await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(path), reportEditorType, options);
}
