import * as vscode from 'vscode';
import { Cancelled, UserError } from '../../common/errors';
import type { viewIds } from '../../ids';
import type { KnownRun } from '../runs/knownRun';
import type { Services } from '../services';

/**
 * Waits for a run, with progress over the view that will show its result.
 * @throws Cancelled when it was cancelled; UserError with what went wrong.
 */
export async function followRun(
  { runs }: Pick<Services, 'runs'>,
  folder: string,
  view: (typeof viewIds)[keyof typeof viewIds],
): Promise<KnownRun> {
  const run = await vscode.window.withProgress({ location: { viewId: view } }, () => runs.attend(folder));
  if (run.state === 'done') return run;
  if (run.failure) throw new UserError(run.failure.reason, run.failure.message, run.failure.next);
  throw new Cancelled();
}
