/** A model that the suspect may derive from, with how well the suspect fits its key set: higher is better. */
interface ProvenanceCandidate<Name> {
  readonly name: Name;
  readonly score: number;
}

interface ProvenanceSet<Name> {
  /** Best first. */
  readonly kept: readonly Name[];
  /** The least score that is kept; −Infinity where too few copies are known to exclude anything. */
  readonly leastScore: number;
}

/**
 * Which of several models a suspect derives from: a set that holds the true one with a probability of at least
 * 1 − alpha, if the suspect was changed like the copies whose scores calibrate it (split conformal prediction, Vovk et
 * al., Algorithmic Learning in a Random World, 2005). A model is left out where its score is below the k-th smallest of
 * n copies that are known to derive from a model with a key set, k = ⌊alpha · (n + 1)⌋. The set is empty where the
 * suspect fits none.
 * @param known scores of such copies, each against the key set of its own base.
 */
export function findProvenanceSet<Name>(
  candidates: readonly ProvenanceCandidate<Name>[],
  known: readonly number[],
  alpha: number,
): ProvenanceSet<Name> {
  const place = Math.floor(alpha * (known.length + 1));
  const leastScore = place === 0 ? -Infinity : Float64Array.from(known).sort()[place - 1]!;
  const kept = candidates
    .filter(({ score }) => score >= leastScore)
    .sort((a, b) => b.score - a.score)
    .map(({ name }) => name);
  return { kept, leastScore };
}
