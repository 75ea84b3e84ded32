import * as vscode from 'vscode';
import { hasTrait } from '../../contract/declarations';
import { Cancelled, UserError } from '../../common/errors';
import { commandIds, reportEditorType, viewIds } from '../../ids';
import { sayWhatItDoes } from '../../jobs/prepareRun';
import { isOwnRun } from '../../jobs/runFolder/ownRun';
import { relocateRequest } from '../../jobs/runFolder/runPlaces';
import { isAlive, type KnownRun } from '../runs/knownRun';
import { locateEmbedding } from '../runs/locateRun';
import { describeState, nameRun } from '../runs/runNames';
import { reportOf } from '../runs/runReport';
import type { ResumePlaces } from '../runs/runService';
import type { PanelHandle, Services } from '../services';
import { pickOne } from './dialog';
import { confirm } from './questions';
import type { Handlers } from './handlers';
import { pathOf } from './targets';

/** Commands on a run that is alive, waiting or ended. */
export function runCommands(services: Services, panel: PanelHandle): Partial<Handlers> {
  const { runs } = services;
  const isRunning = ({ state }: KnownRun): boolean => state === 'running';
  const isRunningEmbedding = (run: KnownRun): boolean =>
    isRunning(run) && hasTrait(run.job.operation, 'isResumable');
  return {
    [commandIds.openRun]: async (given) =>
      openRun(services, panel, await askRun(services, given, 'Which run?', () => true)),
    [commandIds.pauseRun]: async (given) =>
      runs.pause(
        (await askRun(services, given, 'Which run do you want to pause?', isRunningEmbedding)).folder,
      ),
    [commandIds.resumeRun]: async (given) =>
      resume(
        services,
        await askRun(services, given, 'Which run do you want to resume?', ({ canResume }) => canResume),
      ),
    [commandIds.stopRun]: async (given) =>
      stop(
        services,
        await askRun(services, given, 'Which run do you want to stop and keep?', isRunningEmbedding),
      ),
    [commandIds.cancelRun]: async (given) =>
      cancel(services, await askRun(services, given, 'Which run do you want to cancel?', isAlive)),
    [commandIds.discardRun]: async (given) =>
      discard(
        services,
        await askRun(services, given, 'Which run do you want to discard?', (run) => !isAlive(run)),
      ),
  };
}

/**
 * The run that a command was called for, or one that the user picks among those it fits.
 * @throws Cancelled; UserError `no-run`.
 */
async function askRun(
  { runs }: Services,
  given: unknown,
  placeholder: string,
  fits: (run: KnownRun) => boolean,
): Promise<KnownRun> {
  const folder = pathOf('run', given);
  const known = folder === undefined ? undefined : runs.get(folder);
  if (known) return known;
  await runs.refresh();
  const choices = runs.runs.filter(fits);
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

/** Shows a run in its best view: an embedding in the panel, a finished verification by its report. */
async function openRun({ index }: Services, panel: PanelHandle, run: KnownRun): Promise<void> {
  const embed = locateEmbedding(run, index);
  if (embed) return panel.open('run', embed.model);
  const report = reportOf(run);
  if (report !== undefined)
    return vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(report), reportEditorType);
  if (run.failure) throw new UserError(run.failure.reason, run.failure.message, run.failure.next);
  await vscode.commands.executeCommand(`${viewIds.runs}.focus`);
}

async function resume({ runs, secrets, index }: Services, run: KnownRun): Promise<void> {
  await index.whenSeen();
  const embed = locateEmbedding(run, index);
  const places = embed && { model: embed.model, keys: embed.keys };
  const isForeign = !(await isOwnRun(run.folder));
  if (isForeign) await confirmForeign(run, places);
  const { passphrase } = embed ? await secrets.unlock(embed.keys) : {};
  await runs.resume(run.folder, passphrase === undefined ? {} : { passphrase }, {
    ...(places && { places }),
    mayBeForeign: isForeign,
  });
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

async function stop({ runs }: Services, run: KnownRun): Promise<void> {
  const isSure = await pickOne({ title: nameRun(run), step: 1, totalSteps: 1 }, 'End training now?', [
    { label: 'Stop and Keep', description: 'write the release from what was learnt so far', value: true },
    { label: 'Keep Running', value: false },
  ]);
  if (isSure) await runs.stop(run.folder);
}

async function cancel({ runs }: Services, run: KnownRun): Promise<void> {
  const keep = 'Keep Last Save';
  const discarding = hasTrait(run.job.operation, 'isResumable') ? 'Discard' : 'Cancel Run';
  const chosen = await vscode.window.showWarningMessage(
    `Cancel ${nameRun(run)}?`,
    { modal: true, detail: describeLoss(run) },
    ...(hasTrait(run.job.operation, 'isResumable') ? [{ title: keep }] : []),
    { title: discarding },
    { title: 'Keep Running', isCloseAffordance: true },
  );
  if (chosen?.title === keep) return runs.cancel(run.folder);
  if (chosen?.title !== discarding) throw new Cancelled();
  await runs.cancel(run.folder);
  if (runs.get(run.folder)) await runs.discard(run.folder);
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
