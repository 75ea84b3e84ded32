import type { Watch } from '../contract/events';
import { askSuspect, judgeAsked, planTests, type Answer, type Asked, type Question } from './askSuspect';
import type { Claim } from './claim';
import type { Base, ModelProbe, Questions, Suspect } from './suspect';
import type { Judgement } from './verdict';

/** A suspect that can be read in several ways, the first as is usual. */
type Readings = Omit<Question, 'suspect' | 'testCount'> & { readonly suspects: readonly Suspect[] };

export interface ReadingsAnswer extends Answer {
  /** Index of the reading that the judgement is about. */
  readonly reading: number;
}

/**
 * Asks a suspect in every way that it can be read. All tests of all readings are fixed beforehand, and the
 * smallest p-value is multiplied by their number. The base is asked once, the same for all.
 * @returns what was said in each reading, in their order.
 * @throws as askSuspect.
 */
export async function askReadings(
  { questions, base: baseAtHand, suspects, ...rest }: Readings,
  watch: Watch,
): Promise<Asked[]> {
  const common = { ...questions, neutralPrompts: listCommon(questions, suspects) };
  const base = baseAtHand && askOnce(baseAtHand);
  const all = suspects.map((suspect) => ({ ...rest, questions: common, base, suspect }));
  const testCount = all.reduce((sum, question) => sum + 1 + planTests(question).length, 0);
  const asked: Asked[] = [];
  for (const question of all) asked.push(await askSuspect({ ...question, testCount }, watch));
  return asked;
}

/** Judges what was said in every reading under a claim. @param isNeutral as for judgeAsked. */
export function judgeReadings(
  asked: readonly Asked[],
  claim: Claim,
  isNeutral?: Parameters<typeof judgeAsked>[2],
): ReadingsAnswer {
  const answers = asked.map((reading) => judgeAsked(reading, claim, isNeutral));
  const reading = chooseReading(answers.map(({ judgement }) => judgement));
  const notFinite = Math.max(...answers.map((answer) => answer.notFinite));
  return { ...answers[reading]!, reading, notFinite };
}

/**
 * The reading that a verdict is about: the one with the smallest p-value; where none of them shows anything,
 * one that is undetermined comes first, because the others do not rule out what it may hide.
 */
export function chooseReading(judgements: readonly Judgement[]): number {
  const order = ({ verdict: { kind } }: Judgement): number =>
    kind === 'no-evidence' ? 2 : kind === 'undetermined' ? 1 : 0;
  return [...judgements.keys()].reduce((best, other) => {
    const [left, right] = [judgements[best]!, judgements[other]!];
    if (order(left) !== order(right)) return order(right) < order(left) ? other : best;
    return right.verdict.log10CorrectedP < left.verdict.log10CorrectedP ? other : best;
  }, 0);
}

/** The neutral prompts that every reading can be asked, so that one answer of the base serves them all. */
function listCommon(
  { neutralPrompts }: Questions,
  suspects: readonly Suspect[],
): Questions['neutralPrompts'] {
  const byTokens = suspects.filter(({ shows }) => shows !== 'text');
  return neutralPrompts.filter((ids) =>
    byTokens.every(({ reads, maxLength }) => ids.length <= maxLength && reads?.(ids) !== false),
  );
}

function askOnce(base: Base): Base {
  let answer: Promise<ModelProbe> | undefined;
  return { maxLength: base.maxLength, ask: (questions, watch) => (answer ??= base.ask(questions, watch)) };
}
