/** The candidates of a key, and the drawn one. */
export interface Draw {
  /** Token ids of the candidates. */
  readonly candidates: readonly number[];
  /** Index of the drawn one. */
  readonly drawn: number;
}

const ridge = 1;
/** The fit ends when no score moves by more, in nats. */
const smallestMove = 1e-10;
const mostIterations = 10_000;

/**
 * A small lift or drop for every candidate word, the same wherever it occurs, such that drawn words tend to
 * stand above the others of their lists: the ridge-regularised maximum-likelihood scores of a Plackett–Luce
 * model of the draws, in nats.
 *
 * Trained into ordinary text, this tilt is what a student that never sees a key still learns from the marked
 * model, and the draw test finds it there. The test's law is unchanged: it only requires that the suspect be
 * ignorant of the draws.
 * @returns [vocabulary], zero for words that are not candidates
 */
export function fitTilt(draws: readonly Draw[], vocabularySize: number): Float64Array {
  const scores = new Float64Array(vocabularySize);
  const words = [...new Set(draws.flatMap(({ candidates }) => candidates))];
  const gradient = new Float64Array(vocabularySize);
  const curvature = boundCurvature(draws, vocabularySize);
  let farthest = Infinity;
  for (let iteration = 0; iteration < mostIterations && farthest > smallestMove; iteration++) {
    farthest = 0;
    for (const word of words) gradient[word] = -ridge * scores[word]!;
    for (const draw of draws) addGradient(draw, scores, gradient);
    for (const word of words) {
      const move = gradient[word]! / curvature[word]!;
      scores[word]! += move;
      farthest = Math.max(farthest, Math.abs(move));
    }
  }
  return scores;
}

/**
 * An upper bound of how fast the gradient of each word can fall. The Hessian of a log-softmax lies between −½
 * and 0 (Böhning 1992), so steps of the gradient over this never go too far, however many lists contain a
 * word.
 */
function boundCurvature(draws: readonly Draw[], vocabularySize: number): Float64Array {
  const bound = new Float64Array(vocabularySize).fill(ridge);
  for (const { candidates } of draws) for (const word of candidates) bound[word]! += 1 / 2;
  return bound;
}

/** Adds d log softmax(scores of the candidates)[drawn] / d scores. */
function addGradient({ candidates, drawn }: Draw, scores: Float64Array, gradient: Float64Array): void {
  const weights = candidates.map((word) => Math.exp(scores[word]!));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  candidates.forEach((word, i) => (gradient[word]! -= weights[i]! / sum));
  gradient[candidates[drawn]!]! += 1;
}
