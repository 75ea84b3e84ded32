import { basename } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../common/errors';
import { commandIds } from '../../ids';
import type { CompareHandle } from '../compare/compareView';
import { findRelease, listComparable } from '../panel/modelRuns';
import { startSurviving } from '../reports/startReported';
import type { Services } from '../services';
import { requireTrust } from '../trust';
import { askInTurn, pickOne, type Question } from './dialog';
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
    [commandIds.measureReleases]: async (given) =>
      compare.measure((await checkpointOf(given)) ?? (await askBase(services))),
    [commandIds.testSurvival]: async (given) => testSurvival(services, await checkpointOf(given)),
  };
}

/** The model whose releases are meant; asked only where several have more than one. */
async function askBase(services: Services): Promise<string> {
  const bases = listComparable(services);
  if (bases.length === 0)
    throw new UserError('no-release', 'No model here has more than one release.', 'Mark one again.');
  if (bases.length === 1) return bases[0]!;
  const place = { title: 'Measure Drift of All Releases', step: 1, totalSteps: 1 };
  return pickOne(
    place,
    'Which model?',
    bases.map((path) => ({
      label: basename(path),
      detail: vscode.workspace.asRelativePath(path),
      value: path,
    })),
  );
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
  await showResult(services, await startSurviving(services, { model, keys, base }));
}
