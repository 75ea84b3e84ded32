import * as z from 'zod';
import { UserError, systemErrorCode } from '../../common/errors';
import { exists, parseJson, writeFileAtomic } from '../../common/files';
import { findJsonExcess, mostJsonDepth, type JsonLimits } from '../../common/jsonSize';
import { readEnds, readLimited } from '../../common/regularFile';
import { canonicalJson } from '../canonical';
import { type KeySet, countSpent } from '../keySet';
import { digestSchema, keyCountSchema, keySetSchema, modelDigestSchema, textSchema } from './keySetSchema';
import { newLock, type ScryptCost, seal, unseal } from './sealedBox';

const format = 'fingerprint-model/keys';
const fileVersion = 1;
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

/** The most memory that a hostile file may ask for. */
const maxScryptBytes = 2 ** 29;

const askForCopy = 'Use an undamaged copy of the key file.';

const publicSchema = z.strictObject({
  model: textSchema,
  baseDigest: modelDigestSchema,
  commitment: digestSchema,
  strategy: z.enum(['inverse-nucleus', 'imported']),
  keyCount: keyCountSchema,
  spentCount: keyCountSchema,
  createdAt: textSchema,
  /** Digests of the marked weights that were released. */
  releases: z.array(modelDigestSchema).max(10_000),
});

/** The part of a key file that needs no passphrase. Only {@link readKeyFile} proves that nobody changed it. */
export type KeyFilePublic = z.infer<typeof publicSchema>;

const headerSchema = z.strictObject({
  format: z.literal(format),
  version: z.literal(fileVersion),
  kdf: z
    .strictObject({
      name: z.literal('scrypt'),
      N: z
        .int()
        .min(2)
        .refine((N) => Number.isInteger(Math.log2(N)), 'N must be a power of two'),
      r: z.int().min(1).max(32),
      p: z.int().min(1).max(4),
      salt: z.string().regex(/^[0-9a-f]{32}$/),
    })
    .refine(({ N, r }) => 128 * N * r <= maxScryptBytes, 'requires too much memory'),
  cipher: z.strictObject({ name: z.literal('aes-256-gcm'), nonce: z.string().regex(/^[0-9a-f]{24}$/) }),
  public: publicSchema,
});

const fileSchema = headerSchema.extend({
  data: z.string().refine((text) => Buffer.from(text, 'base64').toString('base64') === text, 'not base64'),
});

type KeyFile = z.infer<typeof fileSchema>;

/**
 * Called before long work as well as by the writer itself.
 * @throws UserError `weak-passphrase`.
 */
export function assertStrongPassphrase(passphrase: string): void {
  if (Array.from(passphrase).length < shortestPassphrase) throw weakPassphrase();
}

/**
 * Writes a key set, encrypted, so that only its owner may read the file. Salt and nonce are new every time.
 * @throws UserError `weak-passphrase`, `file-exists`, `not-found` (the folder), `disk-full` or
 * `not-writable`.
 */
export async function writeKeyFile(
  path: string,
  keySet: KeySet,
  passphrase: string,
  { overwrite }: { readonly overwrite: boolean },
): Promise<void> {
  assertStrongPassphrase(passphrase);
  if (!overwrite && (await exists(path))) throw fileExists(path);
  const text = await encryptKeySet(keySet, passphrase, scryptCost);
  try {
    await writeFileAtomic(path, text, 0o600);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    throw new UserError('not-found', `The folder of ${path} does not exist.`, 'Create the folder first.', {
      cause: error,
    });
  }
}

/**
 * Reads a key set.
 * @throws UserError `not-found`, `not-a-key-file`, `newer-key-file`, `broken-key-file`, or `wrong-passphrase`
 * (also the result of a damaged file).
 */
export async function readKeyFile(path: string, passphrase: string): Promise<KeySet> {
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
  return parseJson(content.toString('utf8'), keySetSchema, `The key set in ${path}`, askForCopy);
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

/** The text of a key file. The cost is a parameter for tests that open many files. */
export async function encryptKeySet(keySet: KeySet, passphrase: string, cost: ScryptCost): Promise<string> {
  const lock = newLock(cost);
  const header = {
    format,
    version: fileVersion,
    kdf: { name: 'scrypt', ...cost, salt: lock.salt.toString('hex') },
    cipher: { name: 'aes-256-gcm', nonce: lock.nonce.toString('hex') },
    public: describePublicly(keySet),
  };
  const content = Buffer.from(writeContent(keySet), 'utf8');
  const box = await seal(lock, passphrase, canonicalJson(header), content);
  return JSON.stringify({ ...header, data: box.toString('base64') }) + '\n';
}

/** The canonical text of a key set, before encryption. */
export function writeContent(keySet: KeySet): string {
  return canonicalJson({ ...keySet, seed: Buffer.from(keySet.seed).toString('hex') });
}

function describePublicly(keySet: KeySet): KeyFilePublic {
  return {
    model: keySet.base.name,
    baseDigest: keySet.base.digest,
    commitment: keySet.commitment,
    strategy: keySet.strategy,
    keyCount: keySet.keys.length,
    spentCount: countSpent(keySet),
    createdAt: keySet.createdAt,
    releases: keySet.releases.map((release) => release.markedDigest),
  };
}

async function readEnvelope(path: string): Promise<KeyFile> {
  const text = (await readOwnFile(path, () => readLimited(path, maxFileBytes))).toString('utf8');
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
  if (version.success && version.data.version > fileVersion) throw newerKeyFile(path);
  const file = schema.safeParse(value);
  if (!file.success) throw brokenKeyFile(path, file.error);
  return file.data;
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

function fileExists(path: string): UserError {
  return new UserError(
    'file-exists',
    `${path} already exists and may contain keys that are still needed.`,
    'Choose another name, or move the old file away.',
  );
}
