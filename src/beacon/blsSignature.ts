import { bls12_381 } from '@noble/curves/bls12-381';
import type { DrandChain } from './chains';

/** How messages become points: RFC 9380, with the curve of the signatures in the name. */
const domains = {
  'pedersen-bls-chained': 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_',
  'bls-unchained-g1-rfc9380': 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_',
} as const satisfies Record<DrandChain['scheme'], string>;

/**
 * Whether these bytes are the one BLS signature of a message under a chain's key. Draws are a hash of the bytes,
 * so a second spelling of the same point would be a second draw: the library takes coordinates modulo the
 * field's prime, and only the bytes that it would write itself are accepted here.
 * @param signature compressed point, in lower-case hexadecimal
 */
export function isBlsSignature(
  { scheme, publicKey }: Pick<DrandChain, 'scheme' | 'publicKey'>,
  message: Uint8Array,
  signature: string,
): boolean {
  const domain = domains[scheme];
  try {
    if (scheme === 'pedersen-bls-chained') {
      const signatures = bls12_381.longSignatures;
      const point = bls12_381.G2.Point.fromHex(signature);
      return (
        point.toHex(true) === signature &&
        signatures.verify(point, signatures.hash(message, domain), publicKey)
      );
    }
    const signatures = bls12_381.shortSignatures;
    const point = bls12_381.G1.Point.fromHex(signature);
    return (
      point.toHex(true) === signature && signatures.verify(point, signatures.hash(message, domain), publicKey)
    );
  } catch {
    // No point of the curve, or none of its large subgroup.
    return false;
  }
}
