import * as vscode from 'vscode';
import { commandIds } from '../../../ids';

/** Recipe files, saved or not, and the recipes in run folders. */
const recipes: vscode.DocumentSelector = [
  { pattern: '**/*.recipe.json' },
  { pattern: '**/*.run/recipe.json' },
];

/** Above a recipe: what it can be used for. */
export function registerRecipeLens(): vscode.Disposable {
  return vscode.languages.registerCodeLensProvider(recipes, {
    provideCodeLenses: ({ uri }) => {
      const top = new vscode.Range(0, 0, 0, 0);
      return [
        new vscode.CodeLens(top, {
          title: '$(play) Start Run with This Recipe',
          command: commandIds.startWithRecipe,
          arguments: [uri],
        }),
        new vscode.CodeLens(top, {
          title: 'Use in Panel',
          command: commandIds.useRecipe,
          arguments: [uri],
        }),
      ];
    },
  });
}
