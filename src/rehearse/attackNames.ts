/** What a thief tries that needs no training, as reports name it. */
export const attackNames = [
  'rounded-to-8-bits',
  'rounded-to-4-bits',
  'merged-half',
  'merged-quarter',
  'pruned-fifth',
] as const;
export type AttackName = (typeof attackNames)[number];
