import { resolve } from 'node:path';
import type { FoundCheckpoint } from './found';

/** What a report says about a checkpoint. */
interface Claim {
  /** Whether this installation wrote the report. */
  readonly isOwn: boolean;
  /** The checkpoint it judges. */
  readonly path: string;
  readonly digest: string;
  /** ISO 8601. */
  readonly date: string;
}

/** A digest that was computed from a checkpoint's files, and when. */
export interface KnownDigest {
  readonly digest: string;
  readonly atMs: number;
}

/** Clocks of one machine go that far back when they are set. */
const clockSlackMs = 60_000;

/**
 * Whether a report still holds for a checkpoint, so that its verdict may be shown beside the folder: this
 * installation wrote it, about this folder, after the newest weight file changed and not in the future, and the
 * folder's digest is the one it judged, where that is known.
 */
export function holdsFor(
  { path, changedAtMs }: Pick<FoundCheckpoint, 'path' | 'changedAtMs'>,
  claim: Claim,
  known: KnownDigest | undefined,
  nowMs: number,
): boolean {
  const dateMs = Date.parse(claim.date);
  if (!claim.isOwn || resolve(claim.path) !== path) return false;
  if (!(changedAtMs <= dateMs && dateMs <= nowMs + clockSlackMs)) return false;
  const isKnown = known !== undefined && changedAtMs <= known.atMs;
  return !isKnown || known.digest === claim.digest;
}
