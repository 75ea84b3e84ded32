import * as vscode from 'vscode';
import { Cancelled, UserError } from '../../common/errors';
import { viewIds } from '../../ids';
import { openReport } from '../reports/openReport';
import type { KnownRun } from '../runs/knownRun';
import { reportOf } from '../runs/runReport';
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

/** Waits for a run that ends in a report, and opens that. @throws as {@link followRun}. */
export async function showResult(services: Services, folder: string): Promise<void> {
  const report = reportOf(await followRun(services, folder, viewIds.models));
  await services.index.refresh();
  if (report !== undefined) await openReport(report);
}
