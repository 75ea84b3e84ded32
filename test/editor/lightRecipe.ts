/** Seconds of work with a save and a check every few steps, so that a run can be met on its way. */
export const lightRecipe = {
  trained: 'full',
  tilt: 0,
  mixing: 0,
  generated: 32,
  benignTokens: 32,
  benignBatch: 8,
  learningRate: 0.003,
  warmupSteps: 2,
  checkEvery: 4,
} as const;
