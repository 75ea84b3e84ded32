import * as vscode from 'vscode';
import * as z from 'zod';
import { hasTrait } from '../contract/declarations';
import { commandIds } from '../ids';
import { findRelease } from './panel/modelRuns';
import { startVerifying } from './reports/startReported';
import { sayEnd } from './runs/ends/sayEnd';
import { readEmbedResult, readEmbedRun } from './runs/embedRun';
import { locateEmbedding } from './runs/locateRun';
import { isAlive, modelOf, type KnownRun } from './runs/knownRun';
import { reportOf } from './runs/runReport';
import type { PanelHandle, Services } from './services';

const toldKey = 'interruptedRunsTold';
const toldSchema = z.array(z.string().max(4200)).catch([]);
const mostTold = 200;

/**
 * What is told of runs: that one ended and nothing else shows it, and that an embedding was found interrupted.
 * Each is shown once.
 */
export function notifyOfRuns(services: Services, panel: PanelHandle): vscode.Disposable {
  const { context, runs, unseen } = services;
  const alive = new Set<string>();
  return runs.onDidChangeRun((run) => {
    const { operation } = run.job;
    if (hasTrait(operation, 'isSilent')) return;
    const wasAlive = alive.delete(run.folder);
    if (isAlive(run)) alive.add(run.folder);
    else if (wasAlive && isEndShown(services, panel, run)) unseen.see(run.folder);
    else if (wasAlive && run.state !== 'cancelled' && run.state !== 'paused') void tell(services, run);
    else if (!wasAlive && run.state === 'interrupted' && hasTrait(operation, 'makesCheckpoint'))
      void tellInterrupted(services, context.workspaceState, run);
  });
}

/** Whether the user sees the end without a notification. */
function isEndShown(services: Services, panel: PanelHandle, run: KnownRun): boolean {
  if (services.runs.isAttended(run.folder)) return true;
  if (readEmbedRun(run)) return panel.shows(run.folder);
  const model = modelOf(run);
  const release = model === undefined ? undefined : findRelease(services, model);
  return run.state === 'done' && release !== undefined && panel.shows(release.run.folder, 'report');
}

/** An interrupted run is reported once, even when the window is opened again. */
async function tellInterrupted(services: Services, memory: vscode.Memento, run: KnownRun): Promise<void> {
  const told = toldSchema.parse(memory.get(toldKey));
  const name = `${run.folder} ${run.startedAt ?? ''}`;
  if (told.includes(name)) return;
  await memory.update(toldKey, [name, ...told].slice(0, mostTold));
  await tell(services, run);
}

/** Says how a run ended, with what to do next. Once the message is closed, its end counts as seen. */
async function tell(services: Services, run: KnownRun): Promise<void> {
  const { unseen, showError } = services;
  const { words, isGood } = sayEnd(run);
  const offers = listOffers(services, run);
  const show = isGood ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  const chosen = await show(words, ...offers.map(({ title }) => title));
  unseen.see(run.folder);
  const offer = offers.find(({ title }) => title === chosen);
  await offer?.act().catch(showError);
}

interface Offer {
  readonly title: string;
  readonly act: () => Promise<unknown>;
}

function listOffers(services: Services, run: KnownRun): Offer[] {
  const offer = (title: string, command: string, given: unknown): Offer => ({
    title,
    act: async () => vscode.commands.executeCommand(command, given),
  });
  const { folder } = run;
  const resume = run.canResume ? [offer('Resume', commandIds.resumeRun, folder)] : [];
  const embed = locateEmbedding(run, services.index);
  const release = embed && readEmbedResult(run);
  if (release) {
    const verify = {
      title: 'Verify',
      act: async () => startVerifying(services, { model: embed.out, keys: embed.keys, base: embed.model }),
    };
    return [
      offer('Open Report', commandIds.openPanel, embed.out),
      ...(resume.length > 0 ? resume : [verify]),
    ];
  }
  if (run.state !== 'done') return [...resume, offer('Show Run', commandIds.openRun, folder)];
  const report = reportOf(run);
  return report === undefined ? [] : [offer('Open Report', commandIds.openReport, report)];
}
