import { commandIds } from '../../ids';
import type { CompareHandle } from '../compare/compareView';
import { findRelease } from '../panel/modelRuns';
import { startRehearsal } from '../reports/startReported';
import type { Services } from '../services';
import { requireTrust } from '../trust';
import { askInTurn, type Question } from './dialog';
import { showResult } from './followRun';
import type { Handlers } from './handlers';
import { askCheckpoint, askKeySet } from './questions';
import { checkpointOf } from './targets';

/** Commands on marked releases: what they survive, and how they compare. */
export function releaseCommands(services: Services, compare: CompareHandle): Partial<Handlers> {
  return {
    [commandIds.compareReleases]: async (given) => {
      const path = await checkpointOf(given);
      await compare.open(path === undefined ? undefined : (findRelease(services, path)?.model ?? path));
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
  const { index } = services;
  const askModel: Question<SurvivalAnswers> = async (_before, place) => ({
    model: await askCheckpoint(index, place, 'Which marked model do you want to test?'),
  });
  const { model, keys } = await askInTurn<SurvivalAnswers>(
    'Test Survival',
    [
      ...(given === undefined ? [askModel] : []),
      async (before, place) => ({
        keys:
          findRelease(services, before.model)?.keys ??
          (await askKeySet(index, place, 'Which keys does it carry?')),
      }),
    ],
    given === undefined ? {} : { model: given },
  );
  const base = findRelease(services, model)?.model;
  await showResult(services, await startRehearsal(services, { model, keys, base }));
}
