import { binomialTailLog10, chancesTailLog10 } from '../binomial';

/** How an unrelated model answered the keys of a set. */
interface PanelModel {
  readonly asked: number;
  readonly hits: number;
}

/** The answers test under both null hypotheses. */
interface CalibratedTest {
  /** log10 of the p-value where nobody could know the draws: a chance of 1/k a key. */
  readonly designLog10P: number;
  /** The same with the chance that was measured on the panel; undefined where the panel is too small. */
  readonly calibratedLog10P: number | undefined;
  /** The larger of the two: what counts. */
  readonly log10P: number;
  /** The measured chance of an answer; undefined where the panel is too small. */
  readonly chance: number | undefined;
}

/** Fewer unrelated models say too little about the next. */
const fewestPanelModels = 5;
/** However seldom the panel answers, no lower chance is supposed. */
const leastChance = 0.05;
const confidence = 0.95;

/**
 * The upper limit of a share, with one-sided 95 % confidence: the largest share at which so few hits would still be
 * seen 5 times in 100 (Clopper and Pearson, Biometrika 1934). 1 where nothing was asked.
 */
export function clopperPearsonUpper(hits: number, n: number): number {
  if (hits >= n) return 1;
  // P(S ≤ hits) falls from 1 to 0 as the share grows; 60 halvings are all the digits of a float64.
  let [low, high] = [hits / n, 1];
  for (let i = 0; i < 60; i++) {
    const share = (low + high) / 2;
    const below = share <= 0 || share >= 1 ? 0 : 1 - 10 ** binomialTailLog10(hits + 1, n, share);
    if (below > 1 - confidence) low = share;
    else high = share;
  }
  return high;
}

/**
 * Tests answers against chance as designed and as calibrated: the upper limit of the hit rate of all models of a panel
 * together, which never had anything to do with the key set, but never less than 5 %. A response that any model likes
 * to say makes the second p-value the larger.
 * @param candidateCounts of each key that was asked.
 */
export function testAgainstPanel(
  hits: number,
  candidateCounts: readonly number[],
  panel: readonly PanelModel[],
): CalibratedTest {
  const designLog10P = chancesTailLog10(
    hits,
    candidateCounts.map((k) => 1 / k),
  );
  const asked = panel.filter((model) => model.asked > 0);
  if (asked.length < fewestPanelModels)
    return { designLog10P, calibratedLog10P: undefined, log10P: designLog10P, chance: undefined };
  const sum = (of: (model: PanelModel) => number): number =>
    asked.reduce((total, model) => total + of(model), 0);
  const pooled = clopperPearsonUpper(
    sum((model) => model.hits),
    sum((model) => model.asked),
  );
  const chance = Math.max(leastChance, pooled);
  const calibratedLog10P = chance >= 1 ? 0 : binomialTailLog10(hits, candidateCounts.length, chance);
  return { designLog10P, calibratedLog10P, log10P: Math.max(designLog10P, calibratedLog10P), chance };
}
