import { digestCheckpoint } from '../../checkpoint/identity';
import { UserError } from '../../common/errors';
import { deriveKey } from '../../common/random';
import type { RequestOf } from '../../contract/declaration';
import type { rehearse } from '../../contract/declarations/rehearse';
import type { Placement } from '../../contract/devices';
import type { KeySet } from '../../fingerprint/keySet';
import type { Loot } from '../../rehearse/attack';
import { assertSameTokens } from '../drift';
import { openModel, type OpenModel } from '../openModel';
import { readDriftTexts } from '../texts/driftTexts';
import { findBase } from '../verifyBase';

/** The models of a rehearsal, opened and checked against each other. */
export interface Subjects {
  readonly base: OpenModel;
  readonly marked: OpenModel;
  readonly markedDigest: string;
  /** What is merged with: the base unless another model was given. */
  readonly other: OpenModel;
  readonly otherDigest: string | undefined;
}

/** @throws UserError `no-base`, `config-mismatch`, `different-tokenizer`, and as openModel and findBase; Cancelled. */
export async function openSubjects(
  request: RequestOf<typeof rehearse>,
  keySet: KeySet,
  signal: AbortSignal | undefined,
): Promise<Subjects> {
  const base = await requireBase(request.base, keySet, signal);
  const openLike = async (dir: string): Promise<OpenModel> => {
    const model = await openModel(dir, signal);
    await assertSameTokens(base, model);
    assertSameShape(base, model);
    return model;
  };
  const marked = await openLike(request.model);
  const given = request.with === undefined ? undefined : await openLike(request.with);
  const digestOf = async ({ checkpoint }: OpenModel): Promise<string> =>
    (await digestCheckpoint(checkpoint, signal)).root;
  return {
    base,
    marked,
    markedDigest: await digestOf(marked),
    other: given ?? base,
    otherDigest: given && (await digestOf(given)),
  };
}

/** @throws UserError `no-base`, and as findBase. */
async function requireBase(
  given: string | undefined,
  keySet: KeySet,
  signal: AbortSignal | undefined,
): Promise<OpenModel> {
  const found = await findBase(given, keySet, signal);
  if ('model' in found) return found.model;
  throw new UserError(
    'no-base',
    `The base ${keySet.base.name} was not found unchanged in the folder that the key set remembers, and a rehearsal compares with it.`,
    'Give the unmarked checkpoint with --base.',
  );
}

/** Merging needs every tensor of the base. @throws UserError `config-mismatch`. */
function assertSameShape(base: OpenModel, model: OpenModel): void {
  const shapes = new Map(base.loaded.parameters.map(({ name, shape }) => [name, shape.join()]));
  if (model.loaded.parameters.every(({ name, shape }) => shapes.get(name) === shape.join())) return;
  throw new UserError(
    'config-mismatch',
    `${model.checkpoint.dir} and ${base.checkpoint.dir} have different shapes, so one was not made from the other.`,
    'Give the model that the copy was made from as --base, and a fine-tune of it as --with.',
  );
}

/** What a thief has of a rehearsal's models and texts. What it draws hangs on the commitment alone. */
export function gatherLoot(
  { base, marked, other }: Subjects,
  { keySet, texts, placement }: { keySet: KeySet; texts: Loot['texts']; placement: Placement },
): Loot {
  const seed = deriveKey(Buffer.from(keySet.commitment, 'hex'), 'rehearsal');
  return { base, marked, other, texts, placement, seed };
}

interface RehearsalTexts {
  /** Ordinary texts on which every copy is measured. */
  readonly measured: Loot['texts'];
  /** Other texts, which the thief has. */
  readonly stolen: Loot['texts'];
  readonly sources: readonly string[];
  readonly notes: readonly string[];
}

/** The most bytes of the base's predictions that are kept while the copies are asked. */
const keptBytes = 512 * 2 ** 20;

/**
 * The creator's own text is measured, and the thief has the bundled one; without own text each has half of the bundled
 * one. @throws UserError as readDriftTexts.
 */
export async function readRehearsalTexts(
  own: readonly string[] | undefined,
  base: OpenModel,
): Promise<RehearsalTexts> {
  const read = await readDriftTexts(own, base.tokenizer);
  const bundled = own ? await readDriftTexts(undefined, base.tokenizer) : read;
  const isEven = (_: unknown, index: number): boolean => index % 2 === 0;
  const isOdd = (_: unknown, index: number): boolean => index % 2 === 1;
  return {
    measured: limitTexts(own ? read.texts : read.texts.filter(isEven), base),
    stolen: own ? bundled.texts : bundled.texts.filter(isOdd),
    sources: read.sources,
    notes: read.own?.notes ?? [],
  };
}

/** As many texts as there is room for the base's predictions, at least one. */
function limitTexts(texts: Loot['texts'], { loaded: { config } }: OpenModel): Loot['texts'] {
  let free = Math.floor(keptBytes / (4 * config.vocabularySize));
  const cut = texts.map((ids) => ids.slice(0, config.maxLength)).filter((ids) => ids.length >= 2);
  return cut.filter((ids, index) => {
    free -= ids.length - 1;
    return free >= 0 || index === 0;
  });
}
