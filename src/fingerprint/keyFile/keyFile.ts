import * as z from 'zod';
import { UserError, systemErrorCode } from '../../common/errors';
import { parseJson, writeNewFile } from '../../common/files';
import { findJsonExcess, mostJsonDepth, type JsonLimits } from '../../common/jsonSize';
import { readEnds, readLimited } from '../../common/regularFile';
import { canonicalJson } from '../canonical';
import { drandChains, type DrandChain } from '../../beacon/chains';
import { countKinds } from '../dealKinds';
import { type KeySet, countSpent } from '../keySet';
import { checkDraw } from '../laterDraw/beaconDraw';
import { isUndrawn, type UndrawnKeySet } from '../laterDraw/undrawnKeySet';
import { digestSchema, keyCountSchema, keySetSchema, modelDigestSchema, textSchema } from './keySetSchema';
import { badDraw, describeDraw, notDrawn, publicDrawSchema } from './publicDraw';
import { ratePassphrase } from './passphraseStrength';
import { newLock, type ScryptCost, seal, unseal } from './sealedBox';
import { undrawnSchema } from './undrawnSchema';

const format = 'fingerprint-model/keys';
/**
 * Sets that a beacon draws, or has drawn, sets with notes on spent keys, and sets with kinds of keys need a reader that
 * knows of them; all others stay as they were.
 */
const [seedVersion, beaconVersion, spendingVersion, kindsVersion] = [1, 2, 3, 4] as const;
const shortestPassphrase = 8;
/** 100,000 drawn keys take about 100 MB. */
const maxFileBytes = 2 ** 28;
/** Of the part before the encrypted data: 10,000 releases take less than 1 MB. */
const maxPublicBytes = 2 ** 22;
const envelopeJson: JsonLimits = { depth: mostJsonDepth, values: 20_000, members: 1000 };
/** The writer puts the encrypted data last, so the public part ends here. Inside a text the quotes are escaped. */
const dataMark = ',"data":"';

/** About half a second and 128 MiB for one attempt at a passphrase. */
const scryptCost: ScryptCost = { N: 131_072, r: 8, p: 1 };

/** A hostile file may ask for at most twice the memory and twice the work of our own. */
const mostCostFactor = 2;

const askForAnother =
  'Use an undamaged copy of the key file; if this is the original, its maker has to draw a new key set.';
const askForCopy = 'Use an undamaged copy of the key file.';

const publicSchema = z.strictObject({
  model: textSchema,
  baseDigest: modelDigestSchema,
  commitment: digestSchema,
  strategy: z.enum(['inverse-nucleus', 'imported']),
  keyCount: keyCountSchema,
  /** How many are of each kind; absent where keys have no kinds, and all are loud. */
  kinds: z.strictObject({ loud: keyCountSchema, soft: keyCountSchema, quiet: keyCountSchema }).optional(),
  spentCount: keyCountSchema,
  createdAt: textSchema,
  /** Digests of the marked weights that were released. */
  releases: z.array(modelDigestSchema).max(10_000),
  draw: publicDrawSchema.optional(),
});

/** The part of a key file that needs no passphrase. Only {@link readKeyFile} proves that nobody changed it. */
export type KeyFilePublic = z.infer<typeof publicSchema>;

const headerSchema = z.strictObject({
  format: z.literal(format),
  version: z.literal([seedVersion, beaconVersion, spendingVersion, kindsVersion]),
  kdf: z
    .strictObject({
      name: z.literal('scrypt'),
      N: z
        .int()
        .min(2)
        .refine((N) => Number.isInteger(Math.log2(N)), 'N must be a power of two'),
      r: z.int().min(1),
      p: z.int().min(1),
      salt: z.string().regex(/^[0-9a-f]{32}$/),
    })
    .refine(isAffordable, 'asks for too much work'),
  cipher: z.strictObject({ name: z.literal('aes-256-gcm'), nonce: z.string().regex(/^[0-9a-f]{24}$/) }),
  public: publicSchema,
});

const fileSchema = headerSchema
  .extend({
    data: z.string().refine((text) => Buffer.from(text, 'base64').toString('base64') === text, 'not base64'),
  })
  .refine(
    ({ version, public: { draw } }) => version >= spendingVersion || version === versionOf(draw),
    'the wrong version',
  );

type KeyFile = z.infer<typeof fileSchema>;

/** scrypt takes 128 · N · r bytes of memory and N · r · p steps, and is defined for N below 2^(16 r) (RFC 7914). */
function isAffordable({ N, r, p }: ScryptCost): boolean {
  const own = scryptCost;
  if (N >= 2 ** (16 * r)) return false;
  return N * r <= mostCostFactor * own.N * own.r && N * r * p <= mostCostFactor * own.N * own.r * own.p;
}

function versionOf(draw: KeyFilePublic['draw']): typeof seedVersion | typeof beaconVersion {
  return draw === undefined ? seedVersion : beaconVersion;
}

function hasKinds({ keys }: KeySet | UndrawnKeySet): boolean {
  return keys.some(({ kind }) => kind !== undefined);
}

/** The lowest version that has everything of a key set, so that older programs open what they understand. */
function neededVersion(keySet: KeySet | UndrawnKeySet): number {
  if (hasKinds(keySet)) return kindsVersion;
  if (!isUndrawn(keySet) && keySet.spending !== undefined) return spendingVersion;
  return keySet.draw.from === 'seed' ? seedVersion : beaconVersion;
}

/**
 * Called before long work as well as by the writer itself.
 * @throws UserError `weak-passphrase`.
 */
export function assertStrongPassphrase(passphrase: string): void {
  if (Array.from(passphrase).length < shortestPassphrase) throw weakPassphrase();
  if (ratePassphrase(passphrase) === 'refused') throw guessablePassphrase();
}

/**
 * Writes a key set into a new file, encrypted, so that only its owner may read the file. changeKeyFile changes
 * one that exists.
 * @throws UserError `weak-passphrase`, `file-exists`, `not-found` (the folder), `disk-full` or
 * `not-writable`.
 */
export async function writeKeyFile(
  path: string,
  keySet: KeySet | UndrawnKeySet,
  passphrase: string,
): Promise<void> {
  assertStrongPassphrase(passphrase);
  const text = await lockKeySet(keySet, passphrase);
  try {
    await writeNewFile(path, text, 0o600);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') throw fileExists(path);
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    throw new UserError('not-found', `The folder of ${path} does not exist.`, 'Create the folder first.', {
      cause: error,
    });
  }
}

/**
 * Reads a key set whose responses are drawn.
 * @throws UserError `not-drawn`; as {@link readAnyKeyFile}.
 */
export async function readKeyFile(
  path: string,
  passphrase: string,
  chains: readonly DrandChain[] = drandChains,
): Promise<KeySet> {
  const keySet = await readAnyKeyFile(path, passphrase, chains);
  if (isUndrawn(keySet)) throw notDrawn(path, keySet, chains);
  return keySet;
}

/**
 * Reads a key set, drawn or not.
 * @param chains the chains that a beacon's draw may come from
 * @throws UserError `not-found`, `not-a-key-file`, `newer-key-file`, `broken-key-file`, `unexpected-content`, or
 * `wrong-passphrase` (also the result of a damaged file).
 */
export async function readAnyKeyFile(
  path: string,
  passphrase: string,
  chains: readonly DrandChain[] = drandChains,
): Promise<KeySet | UndrawnKeySet> {
  // What is no whole key file is not read to its end.
  await readKeyFilePublic(path);
  const { data, ...header } = await readEnvelope(path);
  const lock = {
    cost: header.kdf,
    salt: Buffer.from(header.kdf.salt, 'hex'),
    nonce: Buffer.from(header.cipher.nonce, 'hex'),
  };
  const content = await unseal(lock, passphrase, canonicalJson(header), Buffer.from(data, 'base64'));
  if (!content) throw wrongPassphrase(path);
  const [text, name] = [content.toString('utf8'), `The key set in ${path}`];
  if (header.public.draw?.from === 'announced') return parseJson(text, undrawnSchema, name, askForAnother);
  const keySet = parseJson(text, keySetSchema, name, askForAnother);
  const fault = (await checkDraw(keySet, chains))?.fault;
  if (fault !== undefined) throw badDraw(path, fault);
  return keySet;
}

/**
 * Reads the part of a key file that needs no passphrase, and of the rest only whether it ends as it should.
 * @throws UserError `not-found`, `not-a-key-file`, `newer-key-file` or `broken-key-file`.
 */
export async function readKeyFilePublic(path: string): Promise<KeyFilePublic> {
  const { head, tail, sizeBytes } = await readOwnFile(path, () =>
    readEnds(path, { head: maxPublicBytes, tail: 8 }),
  );
  if (sizeBytes > maxFileBytes) throw notKeyFile(path);
  const text = head.toString('utf8');
  assertKeyFile(text, path);
  const end = text.indexOf(dataMark);
  const isWhole = tail.toString('latin1').trimEnd().endsWith('"}');
  if (end < 0 || !isWhole) throw brokenKeyFile(path, undefined);
  return parseEnvelope(`${text.slice(0, end)}}`, path, headerSchema).public;
}

/** The text of a key file. Salt and nonce are new every time. */
export function lockKeySet(keySet: KeySet | UndrawnKeySet, passphrase: string): Promise<string> {
  return encryptKeySet(keySet, passphrase, scryptCost);
}

/** The same at another cost, for tests that open many files. */
export async function encryptKeySet(
  keySet: KeySet | UndrawnKeySet,
  passphrase: string,
  cost: ScryptCost,
): Promise<string> {
  const lock = newLock(cost);
  const shown = describePublicly(keySet);
  const header = {
    format,
    version: neededVersion(keySet),
    kdf: { name: 'scrypt', ...cost, salt: lock.salt.toString('hex') },
    cipher: { name: 'aes-256-gcm', nonce: lock.nonce.toString('hex') },
    public: shown,
  };
  const content = Buffer.from(writeContent(keySet), 'utf8');
  const box = await seal(lock, passphrase, canonicalJson(header), content);
  return JSON.stringify({ ...header, data: box.toString('base64') }) + '\n';
}

/** The canonical text of a key set, before encryption. Without a beacon it is that of earlier versions. */
export function writeContent(keySet: KeySet | UndrawnKeySet): string {
  const draw = keySet.draw.from === 'seed' ? undefined : keySet.draw;
  return canonicalJson({ ...keySet, draw, seed: Buffer.from(keySet.seed).toString('hex') });
}

function describePublicly(keySet: KeySet | UndrawnKeySet): KeyFilePublic {
  return {
    model: keySet.base.name,
    baseDigest: keySet.base.digest,
    commitment: keySet.commitment,
    strategy: keySet.strategy,
    keyCount: keySet.keys.length,
    ...(hasKinds(keySet) && { kinds: { ...countKinds(keySet.keys) } }),
    spentCount: countSpent(keySet),
    createdAt: keySet.createdAt,
    releases: isUndrawn(keySet) ? [] : keySet.releases.map((release) => release.markedDigest),
    ...describeDraw(keySet),
  };
}

async function readEnvelope(path: string): Promise<KeyFile> {
  const text = (await readKeyFileBytes(path)).toString('utf8');
  assertKeyFile(text, path);
  return parseEnvelope(text, path, fileSchema);
}

function assertKeyFile(text: string, path: string): void {
  if (!text.startsWith(`{"format":"${format}"`)) throw notKeyFile(path);
}

function parseEnvelope<T>(text: string, path: string, schema: z.ZodType<T>): T {
  const excess = findJsonExcess(text, envelopeJson);
  if (excess !== undefined) throw brokenKeyFile(path, excess);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw brokenKeyFile(path, error);
  }
  const version = z.object({ version: z.int() }).safeParse(value);
  if (version.success && version.data.version > kindsVersion) throw newerKeyFile(path);
  const file = schema.safeParse(value);
  if (!file.success) throw brokenKeyFile(path, file.error);
  return file.data;
}

/**
 * The whole file as it is.
 * @throws UserError `not-found`, `not-a-key-file`, or as readLimited.
 */
export function readKeyFileBytes(path: string): Promise<Buffer> {
  return readOwnFile(path, () => readLimited(path, maxFileBytes));
}

/** Says what a path is not in the words of key files. */
async function readOwnFile<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.reason === 'not-a-file' || error.reason === 'too-large') throw notKeyFile(path);
    if (error.reason !== 'not-found') throw error;
    const next = 'Check the path, or create a key set with "keys create".';
    throw new UserError('not-found', `There is no key file ${path}.`, next, { cause: error });
  }
}

function notKeyFile(path: string): UserError {
  return new UserError(
    'not-a-key-file',
    `${path} is not a key file.`,
    'Choose a file made by "keys create".',
  );
}

function newerKeyFile(path: string): UserError {
  return new UserError(
    'newer-key-file',
    `${path} was made by a newer version of this tool.`,
    'Update the tool, then try again.',
  );
}

function brokenKeyFile(path: string, cause: unknown): UserError {
  return new UserError('broken-key-file', `${path} is damaged or truncated.`, askForCopy, { cause });
}

function wrongPassphrase(path: string): UserError {
  return new UserError(
    'wrong-passphrase',
    `${path} could not be opened: the passphrase is wrong or the file is damaged.`,
    'Type the passphrase again; if you are sure of it, use another copy of the file.',
  );
}

function weakPassphrase(): UserError {
  return new UserError(
    'weak-passphrase',
    `The passphrase is too short: it needs at least ${shortestPassphrase} characters.`,
    'Choose a longer passphrase, for example several words.',
  );
}

function guessablePassphrase(): UserError {
  return new UserError(
    'weak-passphrase',
    'The passphrase is too easy to guess: it is a common word, repeats itself or follows the keyboard.',
    'Choose several words that have nothing to do with each other.',
  );
}

function fileExists(path: string): UserError {
  return new UserError(
    'file-exists',
    `${path} already exists and may contain keys that are still needed.`,
    'Choose another name, or move the old file away.',
  );
}
