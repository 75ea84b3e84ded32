import { basename } from 'node:path';
import { drift } from '../../../contract/declarations/drift';
import { verify } from '../../../contract/declarations/verify';
import { reportKinds } from '../../../contract/reportKinds';
import { reportFolderFor } from '../../reports/reportFolder';
import type { Services } from '../../services';
import { requireTrust } from '../../trust';

/** A marked copy, with everything that a test of it needs: no question is left to ask but the passphrase. */
export interface KnownRelease {
  /** Folder of the copy. */
  readonly out: string;
  readonly keySet: string;
  readonly base: string;
}

/**
 * Starts to test a release with its keys.
 * @returns the run's folder.
 * @throws Cancelled; UserError as RunService.start.
 */
export async function startVerifying(services: Services, release: KnownRelease): Promise<string> {
  requireTrust();
  const { passphrase } = await services.secrets.unlock(release.keySet);
  const folder = await services.runs.newRunFolder(`${verify.name}-${basename(release.out)}`);
  const request = {
    model: release.out,
    keys: release.keySet,
    base: release.base,
    report: reportFolderFor(services, release.out, reportKinds.verify),
    ...services.settings.placement(),
  };
  await services.runs.start(verify, request, { passphrase }, folder);
  return folder;
}

/**
 * Starts to compare a release with its base.
 * @returns the run's folder.
 * @throws UserError as RunService.start.
 */
export async function startMeasuring(
  services: Services,
  { out, base, budget }: Omit<KnownRelease, 'keySet'> & { readonly budget: number | undefined },
): Promise<string> {
  requireTrust();
  const folder = await services.runs.newRunFolder(`${drift.name}-${basename(out)}`);
  const request = {
    model: out,
    base,
    ...(budget !== undefined && { budget }),
    report: reportFolderFor(services, out, reportKinds.drift),
    ...services.settings.placement(),
  };
  await services.runs.start(drift, request, {}, folder);
  return folder;
}
