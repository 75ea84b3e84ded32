import * as vscode from 'vscode';
import { commandIds, type CommandId } from '../../ids';
import { speakRow, type Row, type RowIcon } from './row';

/** Commands that a hover may link to. */
const linkedCommands: readonly CommandId[] = [commandIds.openReport, commandIds.verify];

/** Shows rows as a tree of the editor. Rows are made again each time; their ids keep them open and selected. */
export class RowTree implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly makeRows: () => Promise<readonly Row[]>,
  ) {}

  refresh(): void {
    this.changed.fire();
  }

  async getChildren(row?: Row): Promise<Row[]> {
    return [...(row === undefined ? await this.makeRows() : row.children)];
  }

  getTreeItem(row: Row): vscode.TreeItem {
    const item = new vscode.TreeItem(row.label, this.stateOf(row));
    item.id = row.id;
    item.description = row.description;
    item.iconPath = this.iconOf(row.icon);
    item.contextValue = row.capabilities.join(' ');
    item.accessibilityInformation = { label: speakRow(row) };
    if (row.tooltip !== undefined) item.tooltip = toMarkdown(row.tooltip);
    if (row.click !== undefined) item.command = { command: row.click, title: 'Open', arguments: [row] };
    return item;
  }

  dispose(): void {
    this.changed.dispose();
  }

  private stateOf({ children, target }: Row): vscode.TreeItemCollapsibleState {
    if (children.length === 0) return vscode.TreeItemCollapsibleState.None;
    return target.kind === 'keySet'
      ? vscode.TreeItemCollapsibleState.Collapsed
      : vscode.TreeItemCollapsibleState.Expanded;
  }

  private iconOf(icon: RowIcon): vscode.IconPath {
    if ('codicon' in icon)
      return new vscode.ThemeIcon(
        icon.codicon,
        icon.colour === undefined ? undefined : new vscode.ThemeColor(icon.colour),
      );
    const drawing = (theme: string): vscode.Uri =>
      vscode.Uri.joinPath(this.extensionUri, 'media', 'icons', `${icon.drawing}-${theme}.svg`);
    return { light: drawing('light'), dark: drawing('dark') };
  }
}

function toMarkdown(text: string): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString(text);
  markdown.isTrusted = { enabledCommands: linkedCommands };
  return markdown;
}
