import type { CandidateRules } from './candidates';

/** t = 0.8 and k = 10: the widest choice that costs the model no measurable utility (arXiv 2502.07760). */
export const candidateRules: CandidateRules = { threshold: 0.8, count: 10 };

/**
 * Rises whenever the same seed and base would give other keys or candidates than before: only a key set of
 * the same recipe can be derived again.
 */
export const drawingRecipe = 2;
