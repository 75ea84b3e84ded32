import { keccak_256 } from '@noble/hashes/sha3';
import { readByteStrings } from './rlp';

/** What the header of an Ethereum block says by itself. */
export interface BlockHeader {
  /** Keccak-256 of the header, in lower-case hexadecimal. */
  readonly hash: string;
  readonly number: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
}

const mostBytes = 4096;
/** From this many fields on, each fork added some at the end. */
const [fewestFields, mostFields] = [15, 64];
/** Lengths of the fields that have a fixed one, by their place (Yellow Paper, section 4.4). */
const fixedLengths = new Map([
  [0, 32],
  [1, 32],
  [2, 20],
  [3, 32],
  [4, 32],
  [5, 32],
  [6, 256],
  [13, 32],
  [14, 8],
]);
const [numberField, timestampField] = [8, 11];

/**
 * Reads the header of an Ethereum block and computes its hash. If the hash is the known one, the block has this
 * number and time. That the hash belongs to the chain, and that the chain kept the block, is for a person to look
 * up; and whoever makes a block can drop one whose hash displeases, at the price of its reward.
 * @param bytes RLP
 * @returns undefined for bytes that are no header
 */
export function readBlockHeader(bytes: Uint8Array): BlockHeader | undefined {
  if (bytes.length > mostBytes) return undefined;
  const fields = readByteStrings(bytes) ?? [];
  if (fields.length < fewestFields || fields.length > mostFields) return undefined;
  if ([...fixedLengths].some(([field, length]) => fields[field]!.length !== length)) return undefined;
  const number = readNumber(fields[numberField]!);
  const timestamp = readNumber(fields[timestampField]!);
  if (number === undefined || timestamp === undefined) return undefined;
  return { hash: Buffer.from(keccak_256(bytes)).toString('hex'), number, timestamp };
}

/** A number without leading zeros, most significant byte first; zero has no bytes. */
function readNumber(bytes: Uint8Array): number | undefined {
  if (bytes.length > 6 || bytes[0] === 0) return undefined;
  return bytes.reduce((sum, byte) => 256 * sum + byte, 0);
}
