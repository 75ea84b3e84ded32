import type { KeyFilePublic } from '../../fingerprint/keyFile/keyFile';

/** Before the words that say how; for rows and facts. */
export const weakerWords = 'imported, weaker';

/**
 * What an imported key set cannot show, in words that follow {@link weakerWords}; undefined for a set that was drawn
 * from its model. Where a beacon draws, the responses are drawn by chance after all.
 */
export function sayWeakness({
  strategy,
  draw,
}: Pick<KeyFilePublic, 'strategy' | 'draw'>): string | undefined {
  if (strategy !== 'imported') return undefined;
  const fromBeacon = 'it has no neutral prompts, so a verification cannot remove what any fine-tuning does';
  return draw === undefined
    ? `nobody can check that its responses were drawn by chance, and ${fromBeacon}`
    : fromBeacon;
}
