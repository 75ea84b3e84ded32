import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { UserError } from '../../common/errors';
import { readStrictJson, writeFileAtomic } from '../../common/files';
import { asPathError } from '../../common/pathErrors';
import { recipeChangesSchema, recipeSchema, type Recipe } from '../../contract/recipe';
import type { KeySet } from '../../fingerprint/keySet';

/*
 * What a run reads besides the model and the key file, as it was when the run began. A run whose recipe or text
 * changed in between would be neither the old run nor the new one.
 */

interface Inputs {
  /** The recipe values that the user set. */
  readonly named: Partial<Recipe>;
  /** Paths of the user's texts. */
  readonly text: readonly string[];
  readonly keySet: Pick<KeySet, 'commitment'> & { readonly base: Pick<KeySet['base'], 'digest'> };
}

const digestSchema = z.string().regex(/^[0-9a-f]{64}$/);

const inputsSchema = z.strictObject({
  version: z.literal(1),
  recipe: recipeChangesSchema,
  /** SHA-256 of each text file, in the order of the request. */
  text: z.array(digestSchema),
  /** Digest of the base and commitment of the key set: their files may be renamed. Earlier runs lack both. */
  base: digestSchema.optional(),
  commitment: digestSchema.optional(),
});

/** What a run was begun with, whatever its files are called now. */
export interface RunIdentity {
  /** Digest of the base. */
  readonly base: string;
  /** Commitment of the key set. */
  readonly commitment: string;
}

const startAnew =
  'Put the old content back to continue the run, or discard it with "fingerprint-model runs discard" and start it again.';

function inputsPath(runFolder: string): string {
  return join(runFolder, 'inputs.json');
}

/**
 * Records the inputs of a run that begins.
 * @throws UserError as asPathError.
 */
export async function keepInputs(runFolder: string, { named, text, keySet }: Inputs): Promise<void> {
  const { commitment, base } = keySet;
  const kept = { version: 1, recipe: named, text: await digestAll(text), base: base.digest, commitment };
  await writeFileAtomic(inputsPath(runFolder), `${JSON.stringify(kept, undefined, 2)}\n`, 0o600);
}

/**
 * Checks that a run that is resumed would read what it read when it began.
 * @throws UserError `other-run` when the recipe's values or a text file changed, or the key set is another one.
 */
export async function assertSameInputs(runFolder: string, { named, text, keySet }: Inputs): Promise<void> {
  const kept = readKept(runFolder);
  if (kept === undefined) {
    assertSameValues(runFolder, named);
    return;
  }
  if (kept.commitment !== undefined && kept.commitment !== keySet.commitment)
    throw new UserError(
      'other-run',
      `The run in ${runFolder} was begun with another key set.`,
      'Give the key set that it began with, under whatever name, or choose another output.',
    );
  const changed = listChanged(kept.recipe, recipeChangesSchema.parse(named));
  if (changed.length > 0) throw otherRecipe(runFolder, changed);
  const digests = await digestAll(text);
  const at = digests.findIndex((digest, i) => digest !== kept.text[i]);
  if (at < 0) return;
  throw new UserError(
    'other-run',
    `The text ${text[at]!} changed after the run in ${runFolder} began.`,
    startAnew,
  );
}

/** What a run recorded of its base and key set; undefined for earlier runs, and where nothing of it can be read. */
export function readRunIdentity(runFolder: string): RunIdentity | undefined {
  const { base, commitment } = readKeptOrNothing(runFolder) ?? {};
  return base === undefined || commitment === undefined ? undefined : { base, commitment };
}

/** The recipe values that were set when a run began, by a file, a preset or one by one; undefined as for readRunIdentity. */
export function readNamedRecipe(runFolder: string): Partial<Recipe> | undefined {
  return readKeptOrNothing(runFolder)?.recipe as Partial<Recipe> | undefined;
}

function readKeptOrNothing(runFolder: string): ReturnType<typeof readKept> {
  try {
    return readKept(runFolder);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function readKept(runFolder: string): z.infer<typeof inputsSchema> | undefined {
  const path = inputsPath(runFolder);
  return existsSync(path) ? readStrictJson(path, inputsSchema, startAnew) : undefined;
}

/** Runs of version 0.1.0 kept only the whole recipe. */
function assertSameValues(runFolder: string, named: Partial<Recipe>): void {
  const path = join(runFolder, 'recipe.json');
  if (!existsSync(path)) return;
  const recipe = readStrictJson(path, recipeSchema, startAnew);
  const used = Object.fromEntries(Object.keys(named).map((name) => [name, recipe[name as keyof Recipe]]));
  const changed = listChanged(used, named);
  if (changed.length > 0) throw otherRecipe(runFolder, changed);
}

/** The names of the values in which two recipes differ. */
function listChanged(before: object, now: object): string[] {
  const [old, present] = [new Map(Object.entries(before)), new Map(Object.entries(now))];
  const names = new Set([...old.keys(), ...present.keys()]);
  return [...names].filter((name) => !isDeepStrictEqual(old.get(name), present.get(name)));
}

function otherRecipe(runFolder: string, changed: readonly string[]): UserError {
  const names = changed.map((name) => `"${name}"`).join(', ');
  return new UserError(
    'other-run',
    `The recipe changed after the run in ${basename(runFolder)} began: it has another value of ${names}.`,
    startAnew,
  );
}

async function digestAll(paths: readonly string[]): Promise<string[]> {
  const digests: string[] = [];
  for (const path of paths) digests.push(await digestText(path));
  return digests;
}

async function digestText(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  } catch (error) {
    throw asPathError(error, path);
  }
  return hash.digest('hex');
}
