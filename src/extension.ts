import type * as vscode from 'vscode';

/** Wires the extension together. Nothing native is loaded here: whatever runs a model runs in a child process. */
export function activate(_context: vscode.ExtensionContext): void {
  return;
}
