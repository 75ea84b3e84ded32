import { basename } from 'node:path';
import type { Declaration } from '../../contract/declaration';
import { drift } from '../../contract/declarations/drift';
import { rehearse } from '../../contract/declarations/rehearse';
import { verify } from '../../contract/declarations/verify';
import { reportKinds, type ReportKind } from '../../contract/reportKinds';
import type { AttackList } from '../../rehearse/attackNames';
import type { Services } from '../services';
import { requireTrust } from '../trust';
import { reportFolderFor } from './reportFolder';

/* Runs about a checkpoint that end in a report. Every function returns the run's folder, and throws what RunService.start throws. */

interface Asked {
  /** Folder of the checkpoint that is asked. */
  readonly model: string;
  readonly keys: string;
  /** The unmarked model; without one the test is less sensitive. */
  readonly base?: string | undefined;
}

/**
 * Starts to test a checkpoint with a key set, which is unlocked first.
 * @throws Cancelled too.
 */
export async function startVerifying(services: Services, { model, keys, base }: Asked): Promise<string> {
  const { passphrase } = await unlock(services, keys);
  const { folder, wishes } = await prepare(services, verify, reportKinds.verify, model);
  const request = { ...wishes, keys, ...(base !== undefined && { base }) };
  await services.runs.start(verify, request, { passphrase }, folder);
  return folder;
}

/**
 * Starts to rehearse a list of attacks on a copy. Its key set is unlocked first.
 * @throws Cancelled too.
 */
export async function startRehearsal(
  services: Services,
  { model, keys, base, attacks }: Asked & { readonly attacks: AttackList },
): Promise<string> {
  const { passphrase } = await unlock(services, keys);
  const { folder, wishes } = await prepare(services, rehearse, reportKinds.rehearsal, model);
  const request = { ...wishes, keys, attacks, ...(base !== undefined && { base }) };
  await services.runs.start(rehearse, request, { passphrase }, folder);
  return folder;
}

/** Starts to compare a marked checkpoint with its base. */
export async function startMeasuring(
  services: Services,
  {
    model,
    base,
    budget,
  }: { readonly model: string; readonly base: string; readonly budget: number | undefined },
): Promise<string> {
  requireTrust();
  const { folder, wishes } = await prepare(services, drift, reportKinds.drift, model);
  const request = { ...wishes, base, ...(budget !== undefined && { budget }) };
  await services.runs.start(drift, request, {}, folder);
  return folder;
}

function unlock({ secrets }: Services, keys: string): ReturnType<Services['secrets']['unlock']> {
  requireTrust();
  return secrets.unlock(keys);
}

/** The run's folder, and the part of the request that is the same for every kind of report. */
async function prepare(services: Services, { name }: Declaration, kind: ReportKind, model: string) {
  const folder = await services.runs.newRunFolder(`${name}-${basename(model)}`);
  const wishes = { model, report: reportFolderFor(services, model, kind), ...services.settings.placement() };
  return { folder, wishes };
}
