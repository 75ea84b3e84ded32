import { createHmac } from 'node:crypto';
import { canonicalJson, digestJson, encodeIds, encodeNumber, encodeText, sha256 } from './canonical';
import type { BeaconDraw, Drawing, Key, KeySet, KeySetContent, Release } from './keySet';
import { buildLevels, climbToRoot, listSiblings } from './merkleTree';
import { deriveSecret, type Seed } from './seed';
import type { VerdictRules } from './verdictRules';

/** Version of the leaves, of the root records and of the release record. */
export const recordVersion = 1;

const leafPrefix = Buffer.from([0x00]);
const paddingPrefix = Buffer.from([0x02]);

/** The content that one leaf of the tree commits to. */
type LeafContent = Pick<Key, 'text' | 'ids' | 'candidates' | 'candidateTexts' | 'response' | 'kind'>;

/** Reveals one key to anyone who knows the root, and nothing about the others. Bytes are in hexadecimal. */
export interface KeyProof {
  readonly index: number;
  readonly salt: string;
  readonly content: LeafContent;
  readonly siblings: readonly string[];
}

/** The public rules under a commitment. The salted digests reveal nothing about their content. */
export interface RulesRecord {
  readonly toolVersion: string;
  readonly strategy: string;
  /** Absent before drawings were recorded: canonical JSON leaves it out. */
  readonly drawing: Drawing | undefined;
  readonly merkleRoot: string;
  readonly threshold: number | null;
  readonly candidateCount: number;
  readonly responseLength: number;
  readonly baseDigest: string;
  readonly tokenizerDigest: string;
  readonly chatRenderingDigest: string | null;
  readonly orderDigest: string;
  readonly neutralPromptsDigest: string;
  readonly verdict: VerdictRules;
}

interface RootRecord extends RulesRecord {
  readonly format: 'fingerprint-model/commitment';
  readonly version: number;
  /** Only where a beacon drew, so that older commitments stay as they are. */
  readonly draw?: BeaconDraw;
}

/** Fixes a key set: everything in it except the spent flags and the releases is bound from now on. */
export function commitKeySet(content: KeySetContent): KeySet {
  return { ...content, commitment: digestJson(describeRoot(content)), releases: [] };
}

/** The record whose digest is the commitment; it may be published, the key set may not. */
export function describeRoot(content: KeySetContent): RootRecord {
  return {
    format: 'fingerprint-model/commitment',
    version: recordVersion,
    ...describeRules(content, growKeyTree(content).at(-1)![0]!),
    ...(content.draw.from === 'beacon' && { draw: content.draw }),
  };
}

/** What the record of every commitment says. */
export function describeRules(
  content: Omit<KeySetContent, 'keys' | 'draw'>,
  merkleRoot: Buffer,
): RulesRecord {
  const { base, rules, seed } = content;
  return {
    toolVersion: content.toolVersion,
    strategy: content.strategy,
    drawing: content.drawing,
    merkleRoot: merkleRoot.toString('hex'),
    ...rules,
    baseDigest: base.digest,
    tokenizerDigest: base.tokenizerDigest,
    chatRenderingDigest: base.chatRenderingDigest,
    orderDigest: digestSalted(seed, 'order', content.order),
    neutralPromptsDigest: digestSalted(seed, 'neutral prompts', content.neutralPrompts),
    verdict: content.verdict,
  };
}

/** The proof that the commitment includes the key at `index`. */
export function proveKey(keySet: KeySetContent, index: number): KeyProof {
  const { text, ids, candidates, candidateTexts, response, kind } = keySet.keys[index]!;
  return {
    index,
    salt: deriveSalt(keySet.seed, encodeNumber(index)).toString('hex'),
    content: { text, ids, candidates, candidateTexts, response, ...(kind && { kind }) },
    siblings: listSiblings(growKeyTree(keySet), index).map((sibling) => sibling.toString('hex')),
  };
}

/** Whether a proof leads to this Merkle root. */
export function verifyProof(proof: KeyProof, merkleRoot: string): boolean {
  if (proof.index < 0 || proof.index >= 2 ** proof.siblings.length) return false;
  const leaf = hashLeaf(proof.index, Buffer.from(proof.salt, 'hex'), proof.content);
  const siblings = proof.siblings.map((sibling) => Buffer.from(sibling, 'hex'));
  return climbToRoot(leaf, proof.index, siblings).toString('hex') === merkleRoot;
}

/** Adds the record that binds the commitment to released weights; does nothing if those weights are bound already. */
export function bindRelease(keySet: KeySet, markedDigest: string, createdAt: string): KeySet {
  if (keySet.releases.some((release) => release.markedDigest === markedDigest)) return keySet;
  const record = {
    commitment: keySet.commitment,
    baseDigest: keySet.base.digest,
    markedDigest,
    createdAt,
  };
  const release = { ...record, recordDigest: digestRelease(record) };
  return { ...keySet, releases: [...keySet.releases, release] };
}

/** SHA-256 of a release's record, in hexadecimal. */
export function digestRelease({
  commitment,
  baseDigest,
  markedDigest,
  createdAt,
}: Omit<Release, 'recordDigest'>): string {
  const format = 'fingerprint-model/release';
  return digestJson({ format, version: recordVersion, commitment, baseDigest, markedDigest, createdAt });
}

function growKeyTree({ seed, keys }: KeySetContent): Buffer[][] {
  const saltOf = (index: number): Buffer => deriveSalt(seed, encodeNumber(index));
  return growTree(
    keys.map((key, index) => hashLeaf(index, saltOf(index), key)),
    saltOf,
  );
}

/**
 * The tree over all keys, padded to a power of two with leaves that look like any other, so that the count
 * stays hidden.
 */
export function growTree(leaves: readonly Buffer[], saltOf: (index: number) => Buffer): Buffer[][] {
  const width = 2 ** Math.ceil(Math.log2(Math.max(leaves.length, 1)));
  const padded = Array.from(
    { length: width },
    (_, index) => leaves[index] ?? sha256(paddingPrefix, encodeNumber(index), saltOf(index)),
  );
  return buildLevels(padded);
}

/**
 * SHA-256(0x00 ‖ version ‖ index ‖ salt ‖ key ‖ candidates ‖ response ‖ kind); ids and texts are preceded by their
 * length. Keys of earlier versions have no kind.
 */
function hashLeaf(index: number, salt: Buffer, content: LeafContent): Buffer {
  return sha256(
    leafPrefix,
    encodeNumber(recordVersion),
    encodeNumber(index),
    salt,
    encodeIds(content.ids),
    encodeText(content.text),
    encodeIds(content.candidates),
    ...content.candidateTexts.map(encodeText),
    encodeIds(content.response.ids),
    encodeText(content.response.text),
    ...(content.kind ? [encodeText(content.kind)] : []),
  );
}

function digestSalted(seed: Seed, name: string, value: unknown): string {
  const text = Buffer.from(canonicalJson(value), 'utf8');
  return sha256(deriveSalt(seed, encodeText(name)), text).toString('hex');
}

/** 32 bytes without which nobody can test guesses of the committed content. */
export function deriveSalt(seed: Seed, name: Buffer): Buffer {
  return createHmac('sha256', deriveSecret(seed, 'salt')).update(name).digest();
}
