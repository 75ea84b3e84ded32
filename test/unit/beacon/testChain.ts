import { createHash } from 'node:crypto';
import { bls12_381 } from '@noble/curves/bls12-381';
import { quicknet, type DrandChain } from '../../../src/beacon/chains';
import type { DrandRound } from '../../../src/beacon/drandRound';

/** A chain whose secret the tests know, so that they can sign rounds that nobody published. */

const { shortSignatures } = bls12_381;
const secret = Uint8Array.from({ length: 32 }, (_, index) => index + 1);

export const testChain: DrandChain = {
  ...quicknet,
  hash: '7e57'.repeat(16),
  publicKey: shortSignatures.getPublicKey(secret).toHex(true),
};

export const domain = 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_';

export function messageOfRound(round: number): Buffer {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(round));
  return createHash('sha256').update(number).digest();
}

export function signRound(round: number): DrandRound {
  const message = shortSignatures.hash(messageOfRound(round), domain);
  return { round, signature: shortSignatures.sign(message, secret).toHex(true) };
}
