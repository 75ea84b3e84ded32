import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { FoundKeySet } from '../index/found';
import type { WorkspaceIndex } from '../index/workspaceIndex';
import { readEmbedResult, readEmbedRun, type EmbedRun } from './embedRun';
import type { KnownRun } from './knownRun';

/** What is known of the workspace's files by their content. */
export type KnownContent = Pick<WorkspaceIndex, 'checkpoints' | 'keySets' | 'digestOf'>;

/** Where the base and the key set of a run are by now. */
export interface ResumePlaces {
  readonly model: string;
  readonly keys: string;
}

/** How a run is started again. */
export interface ResumeOptions {
  /** Where its files are by now, if they were found elsewhere. */
  readonly places?: ResumePlaces;
  /** Whether the user has agreed to resume a run that this installation did not begin. */
  readonly mayBeForeign?: boolean;
}

/**
 * An embedding with the paths of its files as they are now. Each is first expected where it was seen from the run
 * folder; where that place is empty, or is known to hold other content, the content decides: the base and the copy
 * by their digests, the key set by its commitment or by its record of the release. Of several copies the one at the
 * expected place counts, so a copied folder with everything in it is complete by itself.
 */
export function locateEmbedding(run: KnownRun, content: KnownContent): EmbedRun | undefined {
  const embed = readEmbedRun(run);
  if (!embed) return undefined;
  const made = readEmbedResult(run)?.digest;
  const keys = locateKeys(embed.keys, run, made, content);
  const base = run.identity?.base ?? headerOf(keys, content)?.baseDigest;
  return {
    ...embed,
    keys,
    model: locateCheckpoint(embed.model, base, content),
    out: locateCheckpoint(embed.out, made, content),
  };
}

function locateCheckpoint(
  expected: string,
  digest: string | undefined,
  { checkpoints, digestOf }: KnownContent,
): string {
  const known = digestOf(expected);
  const isThere = known === undefined ? isPresent(expected, checkpoints) : known === digest;
  if (digest === undefined || isThere) return expected;
  const same = checkpoints.filter(({ path }) => digestOf(path) === digest);
  const namesake = same.find(({ path }) => basename(path) === basename(expected));
  return (namesake ?? same[0])?.path ?? expected;
}

function locateKeys(
  expected: string,
  { identity }: KnownRun,
  made: string | undefined,
  content: KnownContent,
): string {
  const isRight = ({ header }: FoundKeySet): boolean => {
    if (!header) return false;
    if (identity) return header.commitment === identity.commitment;
    return made !== undefined && header.releases.includes(made);
  };
  const there = content.keySets.find(({ path }) => path === expected);
  if (there ? isRight(there) || !identity : existsSync(expected)) return expected;
  return content.keySets.find(isRight)?.path ?? expected;
}

function headerOf(path: string, { keySets }: KnownContent): FoundKeySet['header'] {
  return keySets.find((found) => found.path === path)?.header;
}

function isPresent(path: string, checkpoints: KnownContent['checkpoints']): boolean {
  return checkpoints.some((found) => found.path === path) || existsSync(path);
}
