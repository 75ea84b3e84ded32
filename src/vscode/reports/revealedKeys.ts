import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { KeySet } from '../../fingerprint/keySet';
import { formatCounted } from '../../words/numbers';

const scheme = 'fingerprint-keys';

/** Shows keys in tabs that exist only in memory: they cannot be edited or saved, and closing one discards it. */
export class RevealedKeys implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly registered = vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(scheme, this),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => this.texts.delete(uri.toString())),
  );

  async show(path: string, keySet: KeySet): Promise<void> {
    // A unique part keeps the editor from showing an earlier text again.
    const uri = vscode.Uri.from({ scheme, path: `/${basename(path)} (revealed)`, query: randomUUID() });
    this.texts.set(uri.toString(), describeKeys(keySet));
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return (
      this.texts.get(uri.toString()) ?? 'These keys are hidden again. Reveal them in the Key Sets view.\n'
    );
  }

  dispose(): void {
    this.registered.dispose();
    this.texts.clear();
  }
}

function describeKeys({ base, keys }: KeySet): string {
  const rows = keys.map(({ text, response, spent }, index) => {
    const number = `${String(index + 1).padStart(4)}  `;
    const indent = ' '.repeat(number.length);
    return `${number}${JSON.stringify(text)}${spent ? '  (spent)' : ''}\n${indent}→ ${JSON.stringify(response.text)}`;
  });
  return `${formatCounted(keys.length, 'key')} for ${base.name}\n\n${rows.join('\n')}\n`;
}
