/**
 * A drand chain: a public beacon whose members sign one number after another together, so that none of them
 * knows a signature before its time. Bytes are in lower-case hexadecimal.
 */
export interface DrandChain {
  readonly name: string;
  /** SHA-256 over period, genesis time, public key and the hash of the first group: it names the chain. */
  readonly hash: string;
  /**
   * What is signed and on which curve, in drand's own names. In the first the signature before is signed too,
   * and signatures are points of G2; in the second they are points of G1.
   */
  readonly scheme: 'pedersen-bls-chained' | 'bls-unchained-g1-rfc9380';
  readonly publicKey: string;
  /** Seconds from one round to the next. */
  readonly period: number;
  /** The time of round 1, in seconds since 1970. */
  readonly genesisTime: number;
}

/** Three seconds a round; its rounds are not chained, so that each is checked by itself. */
export const quicknet: DrandChain = {
  name: 'quicknet',
  hash: '52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971',
  scheme: 'bls-unchained-g1-rfc9380',
  publicKey:
    '83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a',
  period: 3,
  genesisTime: 1_692_803_367,
};

/** The first chain of the League of Entropy, which drand calls "default". */
const league: DrandChain = {
  name: 'default',
  hash: '8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce',
  scheme: 'pedersen-bls-chained',
  publicKey:
    '868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31',
  period: 30,
  genesisTime: 1_595_431_050,
};

/**
 * The chains that draws may come from. They are part of the program, not of a file: a stranger's file names one
 * of them and cannot bring its own. Source of the values: `lib/defaults.ts` of drand-client 1.4.2.
 */
export const drandChains: readonly DrandChain[] = [quicknet, league];
