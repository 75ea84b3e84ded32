import { basename } from 'node:path';
import * as vscode from 'vscode';
import { hasTrait } from '../../contract/declarations';
import { Cancelled, UserError } from '../../common/errors';
import { commandIds, viewIds } from '../../ids';
import { reportKinds } from '../../contract/reportKinds';
import type { Secrets } from '../../contract/declaration';
import type { RunAction } from '../../protocol/runActions';
import { sayWhatItDoes } from '../../jobs/prepareRun';
import { isOwnRun } from '../../jobs/runFolder/ownRun';
import { relocateRequest } from '../../jobs/runFolder/runPlaces';
import { readEmbedResult } from '../runs/embedRun';
import { isAlive, type KnownRun } from '../runs/knownRun';
import { isFinished } from '../runs/ends/clearedRuns';
import { listRunActions } from '../runs/runActions';
import { locateEmbedding, type ResumeOptions, type ResumePlaces } from '../runs/locateRun';
import { describeState, nameRun } from '../runs/runNames';
import { openReport } from '../reports/openReport';
import { locateReport, reportOf } from '../runs/runReport';
import type { FoundReport } from '../index/found';
import type { PanelHandle, Services } from '../services';
import { pickOne } from './dialog';
import { confirm } from './questions';
import type { Handlers } from './handlers';
import { pathOf } from './targets';

/** Commands on a run that is alive, waiting or ended. */
export function runCommands(services: Services, panel: PanelHandle): Partial<Handlers> {
  const act = (action: RunAction) => async (given: unknown) =>
    doers[action](services, await askRun(services, given, action));
  return {
    [commandIds.openRun]: async (given) => {
      const run = await askAnyRun(services, given);
      services.unseen.see(run.folder);
      await openRun(services, panel, run);
    },
    [commandIds.pauseRun]: act('pause'),
    [commandIds.resumeRun]: act('resume'),
    [commandIds.stopRun]: act('stop'),
    [commandIds.cancelRun]: act('cancel'),
    [commandIds.discardRun]: act('discard'),
    [commandIds.clearFinishedRuns]: () => clearFinished(services),
  };
}

const doers: Readonly<Record<RunAction, (services: Services, run: KnownRun) => Promise<void>>> = {
  pause: ({ runs }, run) => runs.pause(run.folder),
  resume: async (services, run) => {
    await services.runs.resume(run.folder, ...(await askToStart(services, run)));
  },
  stop,
  cancel,
  discard,
};

/** "Which run do you want to …?", "This run cannot be …". */
const verbs: Readonly<Record<RunAction, { readonly will: string; readonly cannot: string }>> = {
  pause: { will: 'pause', cannot: 'paused' },
  resume: { will: 'resume', cannot: 'resumed' },
  stop: { will: 'stop and keep', cannot: 'stopped and kept' },
  cancel: { will: 'cancel', cannot: 'cancelled' },
  discard: { will: 'discard', cannot: 'discarded' },
};

/**
 * The run that an action was called for, or one that the user picks among those that offer it.
 * @throws Cancelled; UserError `no-run`, `not-running` where its state does not allow the action.
 */
async function askRun(services: Services, given: unknown, action: RunAction): Promise<KnownRun> {
  const { will, cannot } = verbs[action];
  const run =
    findRun(services, given) ??
    (await pickRun(services, `Which run do you want to ${will}?`, (each) =>
      listRunActions(each).includes(action),
    ));
  const offered = listRunActions(run);
  // To cancel a run that waits for its owner is to discard it.
  if (offered.includes(action) || (action === 'cancel' && offered.includes('discard'))) return run;
  throw new UserError(
    'not-running',
    `${nameRun(run)} cannot be ${cannot}: it is ${sayState(run)}.`,
    'Check it in the Runs view.',
  );
}

async function askAnyRun(services: Services, given: unknown): Promise<KnownRun> {
  return findRun(services, given) ?? pickRun(services, 'Which run?', () => true);
}

function findRun({ runs, index }: Services, given: unknown): KnownRun | undefined {
  const path = pathOf('run', given);
  const report = index.reports.find((found) => found.path === path);
  if (report) return findMaker(runs.runs, report);
  return path === undefined ? undefined : runs.get(path);
}

/**
 * The run that made the model of a report, wherever its folder is by now.
 * @throws UserError `no-run` where none of the known runs did.
 */
function findMaker(runs: readonly KnownRun[], found: FoundReport): KnownRun {
  const { digest, path } = found.kind === reportKinds.verify ? found.report.suspect : found.report.marked;
  const maker = runs.find((run) => readEmbedResult(run)?.digest === digest);
  if (maker) return maker;
  throw new UserError(
    'no-run',
    `No run here made ${basename(path)}.`,
    'Open the workspace that holds the folder of its run.',
  );
}

async function pickRun(
  { runs }: Services,
  placeholder: string,
  fits: (run: KnownRun) => boolean,
): Promise<KnownRun> {
  await runs.refresh();
  const choices = runs.runs.filter((run) => !hasTrait(run.job.operation, 'isSilent') && fits(run));
  if (choices.length === 0)
    throw new UserError('no-run', 'No run is in the right state for this command.', 'Check the Runs view.');
  return pickOne(
    { title: 'Runs', step: 1, totalSteps: 1 },
    placeholder,
    choices.map((run) => ({
      label: nameRun(run),
      description: describeState(run),
      detail: run.folder,
      value: run,
    })),
  );
}

/** The state as the end of a sentence. */
function sayState({ state }: KnownRun): string {
  return state === 'pausing' || state === 'stopping' ? 'ending after this step' : state;
}

/** Shows a run in its best view: an embedding in the panel, a finished verification by its report. */
async function openRun({ index }: Services, panel: PanelHandle, run: KnownRun): Promise<void> {
  const embed = locateEmbedding(run, index);
  if (embed) return panel.open('run', embed.model, run.folder);
  const report = reportOf(run);
  if (report !== undefined) return openReport(locateReport(report, index.reports));
  if (run.failure) throw new UserError(run.failure.reason, run.failure.message, run.failure.next);
  await vscode.commands.executeCommand(`${viewIds.runs}.focus`);
}

/** What starting a run again takes: its passphrase, where its files are now, and consent where a stranger began it. */
async function askToStart(
  { secrets, index }: Services,
  run: KnownRun,
): Promise<[secrets: Secrets, options: ResumeOptions]> {
  await index.whenSeen();
  const embed = locateEmbedding(run, index);
  const places = embed && { model: embed.model, keys: embed.keys };
  const isForeign = !(await isOwnRun(run.folder));
  if (isForeign) await confirmForeign(run, places);
  const { passphrase } = embed ? await secrets.unlock(embed.keys) : {};
  const options = { ...(places && { places }), mayBeForeign: isForeign };
  return [passphrase === undefined ? {} : { passphrase }, options];
}

/** Before the passphrase is asked for: a stranger's run may name any files. */
async function confirmForeign({ job, ...run }: KnownRun, places: ResumePlaces | undefined): Promise<void> {
  const { operation } = job;
  const request = { ...(relocateRequest(job, run.folder) as object), ...places };
  await confirm(
    `Resume ${nameRun({ job, ...run })}, which was not begun by this installation?`,
    `If you resume it, ${sayWhatItDoes({ operation, request })}. Its folder is ${run.folder}. Resume it only if you trust the maker of that folder, and check each path.`,
    'Resume',
  );
}

/**
 * Takes what has ended and waits for nobody out of the Runs view, and its warning out of the status bar. Only
 * folders in the extension's own storage are removed.
 */
async function clearFinished({ runs, unseen, cleared }: Services): Promise<void> {
  const finished = runs.runs.filter(isFinished);
  unseen.seeAll();
  await cleared.clear(finished);
  await runs.dropFinished();
}

async function stop(services: Services, run: KnownRun): Promise<void> {
  const { runs } = services;
  await confirm(`Stop and keep ${nameRun(run)}?`, describeStop(run), 'Stop and Keep');
  if (isAlive(run)) return runs.stop(run.folder);
  await runs.stopFromSave(run.folder, ...(await askToStart(services, run)));
}

function describeStop(run: KnownRun): string {
  const then =
    'writes the copy with what it has learnt, reads it back and checks it. There is no more training after that.';
  return isAlive(run)
    ? `Training ends after this step. The run ${then}`
    : `The run is started from its last save, but does not train: it ${then}`;
}

async function cancel(services: Services, run: KnownRun): Promise<void> {
  if (!isAlive(run)) return discard(services, run);
  const { runs } = services;
  const keep = 'Keep Last Save';
  const discarding = hasTrait(run.job.operation, 'isResumable') ? 'Discard' : 'Cancel Run';
  const chosen = await vscode.window.showWarningMessage(
    `Cancel ${nameRun(run)}?`,
    { modal: true, detail: describeLoss(run) },
    ...(hasTrait(run.job.operation, 'isResumable') ? [{ title: keep }] : []),
    { title: discarding },
    { title: 'Keep Running', isCloseAffordance: true },
  );
  if (chosen?.title !== keep && chosen?.title !== discarding) throw new Cancelled();
  refuseEnded(runs.get(run.folder));
  await runs.cancel(run.folder);
  const isThere = runs.get(run.folder) !== undefined;
  if (chosen.title === discarding && isThere) await runs.discard(run.folder);
  if (chosen.title === keep && !isThere)
    void vscode.window.showInformationMessage(
      `${nameRun(run)} was cancelled before training began. There was nothing to save.`,
    );
}

/** @throws UserError `not-running` for a run that has ended while the user was asked. */
function refuseEnded(run: KnownRun | undefined): void {
  if (run === undefined || isAlive(run)) return;
  throw new UserError(
    'not-running',
    `${nameRun(run)} was not cancelled: it has ended in the meantime, and is ${sayState(run)}.`,
    'Check it in the Runs view.',
  );
}

function describeLoss({ job, isSaved }: KnownRun): string {
  if (!hasTrait(job.operation, 'isResumable')) return 'Its work so far is lost.';
  return isSaved
    ? 'If you keep its last save, you can resume the run later. If you discard it, the save is removed too.'
    : 'It saves before it ends, so you can resume it later. If you discard it, all of its work is removed.';
}

async function discard({ runs }: Services, run: KnownRun): Promise<void> {
  await confirm(
    `Discard ${nameRun(run)}?`,
    `This removes ${run.isSaved ? 'its last save and its journal' : 'its journal'}, with the folder ${run.folder}. A finished checkpoint beside it stays.`,
    'Discard',
  );
  await runs.discard(run.folder);
}
