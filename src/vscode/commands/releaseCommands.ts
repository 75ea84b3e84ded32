import { basename } from 'node:path';
import { survive } from '../../contract/declarations/survive';
import { reportKinds } from '../../contract/reportKinds';
import { commandIds, viewIds } from '../../ids';
import type { CompareHandle } from '../compare/compareView';
import { openReport } from '../reports/openReport';
import type { EmbedRun } from '../runs/embedRun';
import { locateEmbedding } from '../runs/locateRun';
import { reportOf } from '../runs/runReport';
import type { Services } from '../services';
import { requireTrust } from '../trust';
import { askInTurn, type Question } from './dialog';
import { followRun } from './followRun';
import type { Handlers } from './handlers';
import { askCheckpoint, askKeySet } from './questions';
import { reportFolderFor } from '../reports/reportFolder';
import { checkpointOf } from './targets';

/** Commands on marked releases: what they survive, and how they compare. */
export function releaseCommands(services: Services, compare: CompareHandle): Partial<Handlers> {
  return {
    [commandIds.compareReleases]: async (given) => {
      const path = await checkpointOf(given);
      await compare.open(path === undefined ? undefined : (findMaking(services, path)?.model ?? path));
    },
    [commandIds.testSurvival]: async (given) => testSurvival(services, await checkpointOf(given)),
  };
}

interface SurvivalAnswers {
  readonly model: string;
  readonly keys: string;
}

/** Asks only what the run that made the release does not say. */
async function testSurvival(services: Services, given: string | undefined): Promise<void> {
  requireTrust();
  const { index, runs, secrets, settings } = services;
  const askModel: Question<SurvivalAnswers> = async (_before, place) => ({
    model: await askCheckpoint(index, place, 'Which marked model do you want to test?'),
  });
  const { model, keys } = await askInTurn<SurvivalAnswers>(
    'Test Survival',
    [
      ...(given === undefined ? [askModel] : []),
      async (before, place) => ({
        keys:
          findMaking(services, before.model)?.keys ??
          (await askKeySet(index, place, 'Which keys does it carry?')),
      }),
    ],
    given === undefined ? {} : { model: given },
  );
  const base = findMaking(services, model)?.model;
  const { passphrase } = await secrets.unlock(keys);
  const request = {
    model,
    keys,
    ...(base !== undefined && { base }),
    report: reportFolderFor(services, model, reportKinds.survival),
    ...settings.placement(),
  };
  const folder = await runs.newRunFolder(`${survive.name}-${basename(model)}`);
  await runs.start(survive, request, { passphrase }, folder);
  const report = reportOf(await followRun(services, folder, viewIds.models));
  await services.index.refresh();
  if (report !== undefined) await openReport(report);
}

/** The embedding that made a release, according to its run. */
function findMaking({ runs, index }: Services, release: string): EmbedRun | undefined {
  return runs.runs.map((run) => locateEmbedding(run, index)).find((made) => made?.out === release);
}
