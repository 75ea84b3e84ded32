import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { parseJson, readJsonFile } from '../../../common/files';
import { recipeChangesSchema, type Recipe } from '../../../contract/recipe';

const next = 'Correct the recipe; the editor marks what is wrong in a file whose name ends in .recipe.json.';

/**
 * A recipe as text. Rate and layers are left out unless they were chosen: a file that names them takes the
 * choice from the probe.
 */
export function writeRecipe(defaults: Recipe, values: Recipe): string {
  const shown = Object.entries(values).filter(
    ([name, value]) =>
      !['learningRate', 'layers'].includes(name) ||
      JSON.stringify(value) !== JSON.stringify(defaults[name as keyof Recipe]),
  );
  return `${JSON.stringify(Object.fromEntries(shown), null, 2)}\n`;
}

/** Opens a recipe as a new file beside the model, which is on disk only once the user saves it. */
export async function openRecipeDocument(
  model: string,
  text: string,
  column?: vscode.ViewColumn,
): Promise<void> {
  const uri = vscode.Uri.file(findFreePath(model)).with({ scheme: 'untitled' });
  const document = await vscode.workspace.openTextDocument(uri);
  const all = new vscode.Range(0, 0, document.lineCount, 0);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(uri, all, text);
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(document, column === undefined ? {} : { viewColumn: column });
}

function findFreePath(model: string): string {
  const path = join(dirname(model), basename(model));
  for (let number = 1; ; number++) {
    const name = `${path}${number === 1 ? '' : `-${number}`}.recipe.json`;
    if (!existsSync(name)) return name;
  }
}

/**
 * The values in a recipe file: as an editor shows them if it is open, also unsaved, else as they are on disk.
 * @throws UserError as parseJson and readJsonFile.
 */
export async function readRecipe(uri: vscode.Uri): Promise<Partial<Recipe>> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  const read = open
    ? parseJson(open.getText(), recipeChangesSchema, basename(uri.path), next)
    : await readJsonFile(uri.fsPath, recipeChangesSchema, next);
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
}
