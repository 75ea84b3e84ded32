import { posix, resolve, win32 } from 'node:path';
import type { FoundCheckpoint } from './found';

/** What a report says about a checkpoint. */
export interface Claim {
  /** Whether this installation wrote the report. */
  readonly isOwn: boolean;
  /** The checkpoint it judges, where it was then. */
  readonly path: string;
  readonly digest: string;
  /** ISO 8601. */
  readonly date: string;
}

/** Clocks of one machine go that far back when they are set. */
const clockSlackMs = 60_000;

/**
 * Whether a report still holds for a checkpoint, so that its verdict may be shown beside the folder: this
 * installation wrote it, not in the future, and the folder's digest is the one it judged, wherever it is by now.
 * While the digest is not known, the report holds for the folder that it names if none of its files changed since.
 * @param digest of the checkpoint's files as they are; undefined where nobody has computed it.
 */
export function holdsFor(
  checkpoint: Pick<FoundCheckpoint, 'path' | 'changedAtMs'>,
  claim: Claim,
  digest: string | undefined,
  nowMs: number,
): boolean {
  if (!claim.isOwn || !(Date.parse(claim.date) <= nowMs + clockSlackMs)) return false;
  return digest === undefined ? isUntouched(checkpoint, claim) : digest === claim.digest;
}

/** Whether a checkpoint is where a report says, with no file that is younger than the report. */
export function isUntouched(
  { path, changedAtMs }: Pick<FoundCheckpoint, 'path' | 'changedAtMs'>,
  claim: Claim,
): boolean {
  return resolve(claim.path) === path && changedAtMs <= Date.parse(claim.date);
}

/**
 * The checkpoints whose digest is worth computing: no digest is known of them, and a report of this installation is
 * about their place, or about a folder of their name and holds for no checkpoint. They were probably copied, with
 * the report or from where it was written.
 */
export function listUnplaced(
  checkpoints: readonly FoundCheckpoint[],
  claims: readonly Claim[],
  digestOf: (path: string) => string | undefined,
  nowMs: number,
): FoundCheckpoint[] {
  const usable = checkpoints.filter(({ problem }) => problem === undefined);
  const holds = (claim: Claim) => (found: FoundCheckpoint) =>
    holdsFor(found, claim, digestOf(found.path), nowMs);
  const own = claims.filter(({ isOwn }) => isOwn);
  const places = new Set(own.map(({ path }) => resolve(path)));
  const names = new Set(own.filter((claim) => !usable.some(holds(claim))).map(({ path }) => nameOf(path)));
  return usable.filter(
    (found) =>
      digestOf(found.path) === undefined &&
      (names.has(nameOf(found.path)) ||
        (places.has(found.path) && !own.some((claim) => holds(claim)(found)))),
  );
}

/** The name of a folder whose path may be another system's. */
function nameOf(path: string): string {
  return path.includes('/') ? posix.basename(path) : win32.basename(path);
}
