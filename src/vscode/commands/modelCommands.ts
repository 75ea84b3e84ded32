import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { embed as embedding } from '../../contract/declarations/embed';
import type { Recipe } from '../../contract/recipe';
import { digestCheckpoint } from '../../checkpoint/identity';
import { openCheckpoint } from '../../checkpoint/checkpoint';
import { commandIds, viewIds } from '../../ids';
import { runFolderOf } from '../../jobs/checkpointRun';
import { createKeysFor } from '../keySets/createKeys';
import { readEmbedResult } from '../runs/embedRun';
import { findBudget } from '../runs/ends/releaseDrift';
import { findOutProblem, proposeOut, resolveOut } from '../panel/recipe/outFolder';
import { findRelease } from '../panel/modelRuns';
import { startMeasuring, startVerifying } from '../reports/startReported';
import type { PanelHandle, Services } from '../services';
import { requireTrust } from '../trust';
import { assertAskable, assertMadeFor, assertMarkable, assertReadable } from './checkBefore';
import { askInTurn, pickOne, typeText, type Place, type Question } from './dialog';
import { showResult } from './followRun';
import { askCheckpoint, askFile, askKeySet } from './questions';
import type { Handlers } from './handlers';
import { checkpointOf, pathOf } from './targets';
import { askBase } from './verification/askBase';

/** Commands on a checkpoint: mark, verify, measure or inspect it. */
export function modelCommands(services: Services, panel: PanelHandle): Partial<Handlers> {
  return {
    [commandIds.openPanel]: async (given) => openPanel(services, panel, await checkpointOf(given)),
    [commandIds.openInPanel]: async (given) => panel.open('model', await checkpointOf(given)),
    [commandIds.embed]: async (given) => markModel(services, panel, { model: await checkpointOf(given) }),
    [commandIds.verify]: async (given) => verify(services, await checkpointOf(given)),
    [commandIds.verifyWithKeys]: async (given) => verify(services, undefined, pathOf('keySet', given)),
    [commandIds.measureDrift]: async (given) => measureDrift(services, await checkpointOf(given)),
    [commandIds.copyIdentity]: async (given) => copyIdentity(services, await checkpointOf(given)),
  };
}

/** A release opens with its own run and report, at its base; any other checkpoint as a model. */
async function openPanel(services: Services, panel: PanelHandle, path: string | undefined): Promise<void> {
  const madeBy = path === undefined ? undefined : findRelease(services, path);
  if (madeBy) await panel.open('report', madeBy.model, madeBy.run.folder);
  else await panel.open(undefined, path);
}

interface EmbedAnswers {
  readonly model: string;
  readonly keys: string;
  /** A recipe file, or values; null: the defaults for this model. */
  readonly recipe: string | Partial<Recipe> | null;
  readonly out: string;
}

/** What is known before the questions of an embedding are asked. */
interface KnownOfEmbedding {
  readonly model: string | undefined;
  readonly recipe?: Partial<Recipe>;
}

/**
 * Asks for a model, keys, a recipe and an output, as far as they are not known, and starts an embedding.
 * @throws Cancelled; UserError.
 */
export async function markModel(
  services: Services,
  panel: PanelHandle,
  { model: given, recipe: values }: KnownOfEmbedding,
): Promise<void> {
  requireTrust();
  const { index, runs, secrets, settings } = services;
  if (given !== undefined) await assertMarkable(index, given);
  const { model, keys, recipe, out } = await askInTurn<EmbedAnswers>(
    'Mark a Model',
    [
      ...askModelUnless<EmbedAnswers>(
        services,
        given,
        'Which model do you want to mark? The marked copy is written beside it.',
      ),
      async (before, place) => {
        if (given === undefined) await assertMarkable(index, before.model);
        const keys = await askKeySet(index, place, 'Which keys do you want to train in?', {
          model: before.model,
          create: () => createKeysFor(services, before.model),
        });
        await assertMadeFor(index, keys, before.model);
        return { keys };
      },
      ...(values === undefined
        ? [async (_before: unknown, place: Place) => ({ recipe: await askRecipe(services, place) })]
        : []),
      async (before, place) => ({ out: await askOut(before.model, place) }),
    ],
    { ...givenModel(given), ...(values !== undefined && { recipe: values }) },
  );
  const { passphrase } = await secrets.unlock(keys);
  const request = {
    model,
    keys,
    out,
    ...(recipe !== null && { recipe }),
    ...settings.placement(),
    resume: false,
  };
  await runs.start(embedding, request, { passphrase }, runFolderOf(out));
  await panel.open('run', model, runFolderOf(out));
}

function givenModel(given: string | undefined): { model?: string } {
  return given === undefined ? {} : { model: given };
}

function askModelUnless<Answers extends { readonly model: string }>(
  { index }: Services,
  given: string | undefined,
  placeholder: string,
): Question<Answers>[] {
  if (given !== undefined) return [];
  const ask = async (place: Place): Promise<{ model: string }> => ({
    model: await askCheckpoint(index, place, placeholder),
  });
  return [(_before, place) => ask(place) as Promise<Partial<Answers>>];
}

async function askRecipe({ index }: Services, place: Place): Promise<string | null> {
  const browse = Symbol('browse');
  const chosen = await pickOne<string | null | typeof browse>(place, 'Which recipe do you want to use?', [
    { label: 'Defaults for this model', description: 'chosen from its size', value: null },
    ...index.recipes.map((path) => ({
      label: `$(json) ${basename(path)}`,
      detail: vscode.workspace.asRelativePath(path),
      value: path,
    })),
    { label: '$(folder-opened) Choose Recipe File…', value: browse },
  ]);
  return chosen === browse ? askFile('Choose a Recipe', { Recipes: ['json'] }) : chosen;
}

async function askOut(model: string, place: Place): Promise<string> {
  const typed = await typeText(place, {
    prompt: `New folder, relative to ${dirname(model)}`,
    value: await proposeOut(model),
    findFault: (text) => findOutProblem(model, text),
  });
  return resolveOut(model, typed);
}

interface VerifyAnswers {
  readonly model: string;
  readonly keys: string;
  /** Null: the folder that the key set remembers. */
  readonly base: string | null;
}

async function verify(services: Services, given: string | undefined, givenKeys?: string): Promise<void> {
  requireTrust();
  const { index } = services;
  if (given !== undefined) await assertAskable(index, given);
  const askKeysToVerify: Question<VerifyAnswers> = async (_before, place) => ({
    keys: await askKeySet(index, place, 'Which keys do you want to ask?', {
      create: () => createKeysFor(services, undefined),
    }),
  });
  const { model, keys, base } = await askInTurn<VerifyAnswers>(
    'Verify Fingerprint',
    [
      ...askModelUnless(services, given, 'Which model is the suspect?'),
      ...(givenKeys === undefined ? [askKeysToVerify] : []),
      async (before, place) => ({ base: await askBase(services, before, place) }),
    ],
    { ...givenModel(given), ...(givenKeys !== undefined && { keys: givenKeys }) },
  );
  await showResult(services, await startVerifying(services, { model, keys, base: base ?? undefined }));
}

async function measureDrift(services: Services, given: string | undefined): Promise<void> {
  requireTrust();
  const { index } = services;
  if (given !== undefined) await assertReadable(index, given);
  const { model, base } = await askInTurn<{ readonly model: string; readonly base: string }>(
    'Measure Drift',
    [
      ...askModelUnless(services, given, 'Which marked model do you want to measure?'),
      async ({ model }, place) => ({
        base:
          findRelease(services, model)?.model ??
          (await askCheckpoint(index, place, 'Which model was it made from?', { except: model })),
      }),
    ],
    givenModel(given),
  );
  const madeBy = findRelease(services, model)?.run;
  const result = madeBy && readEmbedResult(madeBy);
  const budget = result && findBudget(result, madeBy.folder);
  await showResult(services, await startMeasuring(services, { model, base, budget }));
}

async function copyIdentity({ index }: Services, given: string | undefined): Promise<void> {
  const place = { title: 'Copy Digest', step: 1, totalSteps: 1 };
  const path = given ?? (await askCheckpoint(index, place, 'Which model?'));
  const sinceMs = Date.now();
  const { root } = await vscode.window.withProgress({ location: { viewId: viewIds.models } }, async () =>
    digestCheckpoint(await openCheckpoint(path)),
  );
  await index.noteDigest(path, root, sinceMs);
  await vscode.env.clipboard.writeText(root);
  vscode.window.setStatusBarMessage(`Copied the digest of ${basename(path)}`, 4000);
}
