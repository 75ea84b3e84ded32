import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';

const rowSchema = z.looseObject({
  target: z.object({ kind: z.enum(['checkpoint', 'keySet', 'run']), path: z.string() }),
});

/**
 * The path that a command was called for: that of a tree's row of this kind, of a file in the Explorer, or as
 * the panel passed it. Undefined when it was called from the palette.
 */
export function pathOf(kind: 'checkpoint' | 'keySet' | 'run', given: unknown): string | undefined {
  if (typeof given === 'string') return given;
  if (given instanceof vscode.Uri) return given.fsPath;
  const row = rowSchema.safeParse(given).data;
  return row?.target.kind === kind ? row.target.path : undefined;
}

/** The checkpoint folder that a command was called for; a file stands for its folder. */
export async function checkpointOf(given: unknown): Promise<string | undefined> {
  const path = pathOf('checkpoint', given);
  if (path === undefined) return undefined;
  const isFile = (await stat(path).catch(() => undefined))?.isFile() === true;
  return isFile ? dirname(path) : path;
}
