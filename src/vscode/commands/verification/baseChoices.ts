import type { KeyFilePublic } from '../../../fingerprint/keyFile/keyFile';
import type { FoundCheckpoint } from '../../index/found';
import type { KnownContent } from '../../runs/locateRun';

/** What decides which checkpoint is the base of a key set. */
export interface BaseSearch {
  readonly content: KnownContent;
  readonly header: Pick<KeyFilePublic, 'model' | 'baseDigest'>;
  /** Path of the suspect, which is never its own base. */
  readonly suspect: string;
  /** Paths of checkpoints that one of our runs made. */
  readonly made: ReadonlySet<string>;
}

/** A checkpoint that may be offered as the base, with what speaks against it. */
export interface BaseChoice {
  readonly checkpoint: FoundCheckpoint;
  readonly doubt: 'marked release' | 'another vocabulary' | undefined;
}

/** The base among the checkpoints whose digest is known: the same model, under whatever name. */
export function findKnownBase({ content, header, suspect }: BaseSearch): string | undefined {
  return content.checkpoints.find(
    ({ path, problem }) => !problem && path !== suspect && content.digestOf(path) === header.baseDigest,
  )?.path;
}

/** The checkpoints that are worth reading to find the base: of its name, and with a digest that nobody knows. */
export function listLikelyBases(search: BaseSearch): string[] {
  return listOthers(search)
    .filter(({ checkpoint, doubt }) => doubt === undefined && checkpoint.name === search.header.model)
    .map(({ checkpoint: { path } }) => path)
    .filter((path) => search.content.digestOf(path) === undefined);
}

/**
 * Every checkpoint but the suspect, those of the base's name first, and last those that are hardly the base:
 * of another vocabulary than the suspect's, and marked releases.
 */
export function listOthers(search: BaseSearch): BaseChoice[] {
  const { content, header, suspect } = search;
  const vocabulary = content.checkpoints.find(({ path }) => path === suspect)?.facts?.vocabulary;
  const doubtOf = (found: FoundCheckpoint): BaseChoice['doubt'] => {
    if (isRelease(found.path, search)) return 'marked release';
    const other = found.facts?.vocabulary;
    return vocabulary !== undefined && other !== undefined && other !== vocabulary
      ? 'another vocabulary'
      : undefined;
  };
  const rank = ({ checkpoint, doubt }: BaseChoice): number =>
    doubt === 'marked release' ? 3 : doubt ? 2 : checkpoint.name === header.model ? 0 : 1;
  return content.checkpoints
    .filter(({ path, problem }) => !problem && path !== suspect)
    .map((checkpoint): BaseChoice => ({ checkpoint, doubt: doubtOf(checkpoint) }))
    .sort((a, b) => rank(a) - rank(b));
}

/** Whether a run or a key file recorded a checkpoint as a marked copy. */
function isRelease(path: string, { content: { keySets, digestOf }, made }: BaseSearch): boolean {
  const digest = digestOf(path);
  return (
    made.has(path) || (digest !== undefined && keySets.some((set) => set.header?.releases.includes(digest)))
  );
}
