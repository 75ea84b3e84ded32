import { basename } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../common/errors';
import { commandIds } from '../../ids';
import { listAttacks, type AttackList } from '../../rehearse/attackNames';
import type { CompareHandle } from '../compare/compareView';
import { formatCounted } from '../../words/numbers';
import { findRelease, listComparable } from '../panel/modelRuns';
import { startRehearsal } from '../reports/startReported';
import type { Services } from '../services';
import { requireTrust } from '../trust';
import { askInTurn, pickOne, type Place, type Question } from './dialog';
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
    [commandIds.rehearse]: async (given) => rehearse(services, await checkpointOf(given)),
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

interface RehearsalAnswers {
  readonly model: string;
  readonly keys: string;
  readonly attacks: AttackList;
}

/** Asks only what the run that made the release does not say. */
async function rehearse(services: Services, given: string | undefined): Promise<void> {
  requireTrust();
  const { index } = services;
  const askModel: Question<RehearsalAnswers> = async (_before, place) => ({
    model: await askCheckpoint(index, place, 'Which marked model do you want to rehearse attacks on?'),
  });
  const askKeys: Question<RehearsalAnswers> = async (before, place) => ({
    keys:
      findRelease(services, before.model)?.keys ??
      (await askKeySet(index, place, 'Which keys does it carry?')),
  });
  const known = given === undefined ? undefined : findRelease(services, given)?.keys;
  const { model, keys, attacks } = await askInTurn<RehearsalAnswers>(
    'Rehearse',
    [
      ...(given === undefined ? [askModel] : []),
      ...(known === undefined ? [askKeys] : []),
      async (_before, place) => ({ attacks: await askAttacks(place) }),
    ],
    { ...(given !== undefined && { model: given }), ...(known !== undefined && { keys: known }) },
  );
  const base = findRelease(services, model)?.model;
  await showResult(services, await startRehearsal(services, { model, keys, base, attacks }));
}

/** @throws Cancelled. */
function askAttacks(place: Place): Promise<AttackList> {
  const count = (list: AttackList): string => formatCounted(listAttacks(list).attacks.length, 'attack');
  return pickOne(place, 'Which attacks should be rehearsed?', [
    {
      label: `Short List: ${count('short')}`,
      detail: 'Rounding, merging and pruning, and a host that suppresses sure words.',
      value: 'short',
    },
    {
      label: `Full List: ${count('all')}`,
      detail:
        'Also other formats and merges, removed refusals, and hosts that draw, refuse or reword. Takes several times as long.',
      value: 'all',
    },
  ]);
}
