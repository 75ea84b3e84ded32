import { basename } from 'node:path';
import { drift } from '../../../contract/declarations/drift';
import { verify } from '../../../contract/declarations/verify';
import { reportKinds } from '../../../contract/reportKinds';
import { UserError } from '../../../common/errors';
import { viewIds } from '../../../ids';
import { followRun } from '../../commands/followRun';
import { reportFolderFor } from '../../commands/reportFolder';
import { requireTrust } from '../../trust';
import type { PanelSession } from '../panelSession';
import { requireModel } from '../requireModel';
import { gatherRelease } from './gather';
import type { ReleaseFacts } from './show';

/** Tests the newest release of the chosen model with its keys; the step Report shows the verdict. */
export async function verifyRelease(session: PanelSession): Promise<void> {
  requireTrust();
  const base = requireModel(session);
  const { result, keySet } = await requireRelease(session, base);
  const { services } = session;
  const { passphrase } = await services.secrets.unlock(keySet);
  const folder = await services.runs.newRunFolder(`${verify.name}-${basename(result.out)}`);
  const request = {
    model: result.out,
    keys: keySet,
    base,
    report: reportFolderFor(services, result.out, reportKinds.verify),
    ...services.settings.placement(),
  };
  await services.runs.start(verify, request, { passphrase }, folder);
  await followRun(services, folder, viewIds.models);
  await services.index.refresh();
}

/** Compares the newest release of the chosen model with the model itself. */
export async function measureDrift(session: PanelSession): Promise<void> {
  requireTrust();
  const base = requireModel(session);
  const { result, driftBudget } = await requireRelease(session, base);
  const { services } = session;
  const folder = await services.runs.newRunFolder(`${drift.name}-${basename(result.out)}`);
  const request = {
    model: result.out,
    base,
    ...(driftBudget !== undefined && { budget: driftBudget }),
    report: reportFolderFor(services, result.out, reportKinds.drift),
    ...services.settings.placement(),
  };
  await services.runs.start(drift, request, {}, folder);
  await followRun(services, folder, viewIds.models);
  await services.index.refresh();
}

async function requireRelease(session: PanelSession, model: string): Promise<ReleaseFacts> {
  const release = await gatherRelease(session.sources, model);
  if (release) return release;
  throw new UserError('no-release', 'This model has no finished release.', 'Start a run first.');
}
