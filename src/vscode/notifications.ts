import * as vscode from 'vscode';
import * as z from 'zod';
import { hasTrait } from '../contract/declarations';
import { commandIds } from '../ids';
import { sayNotReady } from '../reports/words/notReady';
import { readMissingRecord } from '../jobs/runs';
import { findFallenShort } from './runs/fallenShort';
import { isAlive, type KnownRun } from './runs/knownRun';
import { describeState, nameRun } from './runs/runNames';
import type { PanelHandle, Services } from './services';

const toldKey = 'interruptedRunsTold';
const toldSchema = z.array(z.string().max(4200)).catch([]);
const mostTold = 200;

/**
 * The only two notifications: an embedding ended while its panel was hidden, and one was found interrupted.
 * Each is shown once.
 */
export function notifyOfRuns(
  { context, runs }: Pick<Services, 'context' | 'runs'>,
  panel: PanelHandle,
): vscode.Disposable {
  const alive = new Set<string>();
  return runs.onDidChangeRun((run) => {
    if (!hasTrait(run.job.operation, 'makesCheckpoint')) return;
    const wasAlive = alive.delete(run.folder);
    if (isAlive(run)) alive.add(run.folder);
    else if (wasAlive && !panel.isVisible && run.state !== 'cancelled' && run.state !== 'paused')
      void tell(run, run.canResume ? 'Resume' : 'Open');
    else if (!wasAlive && run.state === 'interrupted') void tellInterrupted(context.workspaceState, run);
  });
}

/** An interrupted run is reported once, even when the window is opened again. */
async function tellInterrupted(memory: vscode.Memento, run: KnownRun): Promise<void> {
  const told = toldSchema.parse(memory.get(toldKey));
  const name = `${run.folder} ${run.startedAt ?? ''}`;
  if (told.includes(name)) return;
  await memory.update(toldKey, [name, ...told].slice(0, mostTold));
  await tell(run, run.canResume ? 'Resume' : 'Open');
}

async function tell(run: KnownRun, action: 'Resume' | 'Open'): Promise<void> {
  const fallenShort = findFallenShort(run);
  const isGood = run.state === 'done' && !fallenShort && readMissingRecord(run) === undefined;
  const words = fallenShort ? sayNotReady(fallenShort) : isGood ? 'finished' : describeState(run);
  const detail = run.failure ? ` ${run.failure.message}` : '';
  const show = isGood ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  const chosen = await show(`${nameRun(run)}: ${words}.${detail}`, ...new Set([action, 'Open']));
  if (chosen === 'Resume') await vscode.commands.executeCommand(commandIds.resumeRun, run.folder);
  else if (chosen !== undefined) await vscode.commands.executeCommand(commandIds.openRun, run.folder);
}
