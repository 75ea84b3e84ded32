import { basename } from 'node:path';
import { openCheckpoint } from '../../checkpoint/checkpoint';
import { digestCheckpoint, digestTokenizer } from '../../checkpoint/identity';
import type { Tokenizer } from '../../checkpoint/tokenizer/tokenizer';
import { UserError } from '../../common/errors';
import type { DeeplyReadonly, RequestOf, ResultOf, Secrets } from '../../contract/declaration';
import type { importKeys as declaration } from '../../contract/declarations/importKeys';
import { writeKeyFile } from '../../fingerprint/keyFile/keyFile';
import { importKeys as importRows, parseKeyRows } from '../../fingerprint/keyFile/plainKeys';
import { importUndrawnKeys, parseUndrawnRows } from '../../fingerprint/keyFile/plainUndrawnKeys';
import { readPlainFile, type PlainFile } from '../../fingerprint/keyFile/plainFile';
import type { KeySet } from '../../fingerprint/keySet';
import type { UndrawnKeySet } from '../../fingerprint/laterDraw/undrawnKeySet';
import { newSeed } from '../../fingerprint/seed';
import { announceNow, listAnnounced } from './announcing';
import { loadStoredModel } from '../../engine/loadedModel';
import { openTokenizer } from '../openModel';
import { assertNewFile } from './newFile';
import { requirePassphrase } from './passphrase';
import { readSmallFile } from './readSmallFile';
import { toolVersion } from '../toolVersion';

const mostFileBytes = 2 ** 28;

type ImportRequest = RequestOf<typeof declaration>;

/** A file of keys in the clear that was read, and parsed as far as no model is needed. */
export interface ReadKeys {
  readonly file: string;
  readonly plain: PlainFile;
  readonly count: number;
}

/** The model that keys are imported for, opened. */
export interface ImportModel {
  readonly tokenizer: Tokenizer;
  readonly base: BaseModel;
  readonly warnings: readonly string[];
}

type BaseModel = Parameters<typeof importRows>[2]['base'];

/**
 * Makes a key set from keys and responses that came from elsewhere. It runs no model, so the set has no
 * neutral prompts; unless a beacon draws, its draws are bound to nothing: {@link listImportLimits} says what that
 * means.
 * @throws UserError `file-exists`, `no-such-folder`, `not-found`, `broken-json`, `unexpected-content`,
 * `unusable-keys`, `unusable-round`, and as openImportModel and writeKeyFile.
 */
export async function importKeys(
  { file, model, out, draw }: ImportRequest,
  secrets: Secrets,
): Promise<DeeplyReadonly<ResultOf<typeof declaration>>> {
  requirePassphrase(secrets);
  await assertNewFile(out);
  const read = await readKeysToImport(file, draw);
  return importInto(out, { read, model: await openImportModel(model), draw }, secrets);
}

/**
 * Reads and parses a file of keys in the clear; whether they fit a model is not known yet.
 * @throws UserError `not-found`, `broken-json`, `unexpected-content`.
 */
export async function readKeysToImport(file: string, draw: ImportRequest['draw']): Promise<ReadKeys> {
  const plain = readPlainFile(
    (await readSmallFile(file, 'file of keys', mostFileBytes)).toString('utf8'),
    file,
  );
  const rows = draw === undefined ? parseKeyRows(plain.rows, file) : parseUndrawnRows(plain.rows, file);
  return { file, plain, count: rows.length };
}

/** @throws UserError as openCheckpoint, loadStoredModel and openTokenizer. */
export async function openImportModel(dir: string): Promise<ImportModel> {
  const checkpoint = await openCheckpoint(dir);
  const loaded = await loadStoredModel(checkpoint);
  const { tokenizer, warnings } = await openTokenizer(loaded);
  const { root } = await digestCheckpoint(checkpoint);
  const base = {
    name: basename(checkpoint.dir),
    path: checkpoint.dir,
    digest: root,
    tokenizerDigest: await digestTokenizer(checkpoint.dir),
  };
  return { tokenizer, base, warnings: [...checkpoint.warnings, ...loaded.warnings, ...warnings] };
}

interface Import {
  readonly read: ReadKeys;
  readonly model: ImportModel;
  readonly draw: ImportRequest['draw'];
}

/**
 * Checks, before anything is asked or written, that keys fit a model.
 * @returns what the import would weaken, and whether the file says that the keys are for another model
 * @throws UserError `unusable-keys`, `unusable-round`.
 */
export function checkImport(asked: Import): readonly string[] {
  makeKeySet(asked);
  return [...sayOtherModel(asked), ...listImportLimits(asked.draw)];
}

/**
 * Writes the key set of an import.
 * @throws UserError as importKeys.
 */
export async function importInto(
  out: string,
  asked: Import,
  secrets: Secrets,
): Promise<DeeplyReadonly<ResultOf<typeof declaration>>> {
  const keySet = makeKeySet(asked);
  await writeKeyFile(out, keySet, requirePassphrase(secrets));
  return {
    out,
    count: keySet.keys.length,
    commitment: keySet.commitment,
    ...listAnnounced(keySet),
    warnings: [...asked.model.warnings, ...sayOtherModel(asked), ...listImportLimits(asked.draw)],
  };
}

function makeKeySet({ read, model, draw }: Import): KeySet | UndrawnKeySet {
  const { file, plain } = read;
  const { tokenizer, base } = model;
  const source = { tokenizer, base, seed: newSeed(), toolVersion, neutralPrompts: [] };
  try {
    return draw === undefined
      ? importRows(parseKeyRows(plain.rows, file), file, { ...source, createdAt: new Date().toISOString() })
      : importUndrawnKeys(parseUndrawnRows(plain.rows, file), file, source, announceNow(draw));
  } catch (error) {
    throw sayMadeFor(error, read, base);
  }
}

/** Keys that do not fit were probably made for another model, which their file may name. */
function sayMadeFor(error: unknown, { plain }: ReadKeys, base: BaseModel): unknown {
  const { madeFor } = plain;
  if (!(error instanceof UserError) || error.reason !== 'unusable-keys') return error;
  if (madeFor === undefined || madeFor.digest === base.digest) return error;
  return new UserError(
    error.reason,
    `${error.message} The file says that its keys were made for ${madeFor.model}, not for ${base.name}.`,
    `Choose ${madeFor.model}, or a file with keys for ${base.name}.`,
    { cause: error },
  );
}

function sayOtherModel({ read, model: { base } }: Import): string[] {
  const { madeFor } = read.plain;
  if (madeFor === undefined || madeFor.digest === base.digest) return [];
  return [
    `The file says that its keys were made for ${madeFor.model} (digest ${madeFor.digest.slice(0, 16)}…), and ${base.name} is another model: it may already give some of their responses.`,
  ];
}

/** What an imported key set cannot show; the first holds where no beacon draws. */
const importLimits: readonly [string, string] = [
  'These keys were imported: no committed seed drew their responses, so the commitment shows when they were fixed, but not that they were drawn by chance.',
  'An imported key set has no neutral prompts, so a verification cannot remove the effect that any fine-tuning has on words.',
];

/** Those limits that hold for an import. */
export function listImportLimits(draw: ImportRequest['draw']): readonly string[] {
  return draw === undefined ? importLimits : importLimits.slice(1);
}
