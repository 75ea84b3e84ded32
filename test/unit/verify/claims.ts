import type { Claim } from '../../../src/verify/claim';

/** A claim that is beyond doubt without any correction, for tests of the statistics alone. */
export const blindClaim: Claim = { kind: 'beacon', sentence: '', log10Tries: 0, missing: new Set() };
