import * as vscode from 'vscode';
import { UserError } from '../../../common/errors';
import { viewIds } from '../../../ids';
import { startMeasuring, startVerifying } from '../../reports/startReported';
import { requireTrust } from '../../trust';
import type { PanelSession } from '../panelSession';
import { requireModel } from '../requireModel';
import { gatherRelease } from './gather';
import type { ReleaseFacts } from './show';

/** Tests the shown release of the chosen model with its keys; the step Report shows the verdict. */
export async function verifyRelease(session: PanelSession): Promise<void> {
  requireTrust();
  const base = requireModel(session);
  const { result, keySet } = await requireRelease(session);
  await follow(session, await startVerifying(session.services, { model: result.out, keys: keySet, base }));
}

/** Compares the shown release of the chosen model with the model itself. */
export async function measureDrift(session: PanelSession): Promise<void> {
  requireTrust();
  const base = requireModel(session);
  const { result, driftBudget } = await requireRelease(session);
  const release = { model: result.out, base, budget: driftBudget };
  await follow(session, await startMeasuring(session.services, release));
}

/** Shows progress over the models. Where the step Report does not show the end, a notification does. */
async function follow({ services: { runs, index } }: PanelSession, folder: string): Promise<void> {
  const location = { viewId: viewIds.models };
  await vscode.window.withProgress({ location }, () => runs.waitForEnd(folder));
  await index.refresh();
}

async function requireRelease({ sources, shownEmbedding }: PanelSession): Promise<ReleaseFacts> {
  const release = shownEmbedding && (await gatherRelease(sources, shownEmbedding));
  if (release) return release;
  throw new UserError(
    'no-release',
    'The run that is shown has made no release.',
    'Choose another release, or start a run.',
  );
}
