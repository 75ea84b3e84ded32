import { phases } from '../contract/phases';
import type { Watch } from '../contract/events';
import { isSpoken } from '../contract/keyKinds';
import type { Claim } from './claim';
import { rankKeys, type ScoreName } from './scores';
import {
  showsEveryToken,
  type Base,
  type ModelProbe,
  type Questions,
  type Suspect,
  type SuspectProbe,
} from './suspect';
import { withUndecided } from './undecided';
import { listDrawnWords, type DrawnWord } from './evidence/drawnWords';
import { judgeSuspect, planScores, type Judgement } from './verdict';

export interface Question {
  /** All questions of the key set. */
  readonly questions: Questions;
  /** The rules that the key set was made with. */
  readonly rules: { readonly alpha: number; readonly tests: readonly string[] };
  readonly suspect: Suspect;
  /** Absent where it is not available. */
  readonly base: Base | undefined;
  /** The tests of all readings of the suspect, where there are several; its own otherwise. */
  readonly testCount?: number;
}

/** What both models said, before anybody judges it. */
export interface Asked {
  readonly questions: Questions;
  readonly alpha: number;
  /** The scores of the tests, fixed before the suspect was asked. */
  readonly scores: readonly ScoreName[];
  /** How many tests were fixed, those of other readings of the suspect included. */
  readonly testCount: number;
  readonly suspect: SuspectProbe;
  /** Undefined where it was not asked. */
  readonly base: ModelProbe | undefined;
}

export interface Answer {
  readonly judgement: Judgement;
  /** Whether the base was asked as well. */
  readonly usedBase: boolean;
  /** Neutral prompts that both models were asked. */
  readonly neutralPrompts: number;
  /** Keys that count for neither side, because the base itself answers them with one of their candidates. */
  readonly answeredByBase: number;
  /** Keys that count for neither side, because they nearly repeat an earlier one. */
  readonly repeats: number;
  /** Keys with predictions that are infinite or not a number: they are not decided. */
  readonly notFinite: number;
  /** How likely both models find the drawn words; empty where one of them was not asked. */
  readonly drawnWords: readonly DrawnWord[];
}

/** The scores that a suspect will be ranked by, fixed before it is asked. */
export function planTests({ questions, rules, suspect, base: baseAtHand }: Question): ScoreName[] {
  const base = suspect.shows === 'text' ? undefined : baseAtHand;
  return planScores({
    shows: suspect.shows,
    base: base !== undefined,
    neutralPrompts: base !== undefined && listNeutral(questions, suspect, base).length > 0,
  }).filter((score) => score === 'suspect-alone' || rules.tests.includes(score));
}

/**
 * Asks a suspect every key. The tests are fixed before it is asked, by what it shows. The base is asked
 * first, and only where there are probabilities to compare.
 * @throws as Base.ask and Suspect.ask.
 */
export async function askSuspect(question: Question, watch: Watch): Promise<Asked> {
  const { questions, rules, suspect, base: baseAtHand } = question;
  const isByText = suspect.shows === 'text';
  const base = isByText ? undefined : baseAtHand;
  const neutralPrompts = base ? listNeutral(questions, suspect, base) : [];
  const asked = { ...questions, neutralPrompts };
  const scores = planTests(question);
  if (!isByText) watch.report({ type: 'phase', phase: phases.askingBase });
  const baseProbe = await base?.ask(asked, watch);
  watch.report({ type: 'phase', phase: isByText ? phases.askingSuspectByText : phases.askingSuspect });
  return {
    questions: asked,
    alpha: rules.alpha,
    scores,
    testCount: question.testCount ?? 1 + scores.length,
    suspect: await suspect.ask(asked, watch),
    base: baseProbe,
  };
}

/**
 * Judges what was said under a claim.
 * @param isNeutral which of the neutral prompts count: whoever chose the others may have known the draw.
 */
export function judgeAsked(
  { questions, alpha, scores, testCount, suspect, base }: Asked,
  claim: Claim,
  isNeutral: (ids: readonly number[]) => boolean = () => true,
): Answer {
  const { keys, neutralPrompts } = questions;
  // By any candidate, not by the drawn one alone: what is left out must not depend on the draw.
  const isKnownToBase = keys.map(({ candidates }, slot) => {
    const firstToken = base?.keys[slot]?.firstToken;
    return firstToken !== undefined && candidates.includes(firstToken);
  });
  const isLeftOut = (slot: number): boolean => isKnownToBase[slot] === true || keys[slot]!.isRepeat === true;
  const leaveOut = <T>(items: readonly T[]): (T | undefined)[] =>
    items.map((item, slot) => (isLeftOut(slot) ? undefined : item));
  const counted = neutralPrompts.map(isNeutral);
  const [suspectSeen, baseSeen] = [keepNeutral(suspect, counted), base && keepNeutral(base, counted)];
  // By its kind, which was fixed before the draw.
  const answers = leaveOut(
    suspect.keys.map((key, slot) => (isSpoken(keys[slot]!) ? key?.answered : undefined)),
  );
  const ranked = scores.map((score) => ({
    score,
    ranks: leaveOut(rankKeys(score, keys, suspectSeen, baseSeen)),
  }));
  const judge = (given: typeof answers, ranks: typeof ranked): Judgement =>
    judgeSuspect(keys, given, ranks, alpha, claim, testCount);
  const undecided = new Set([...(suspect.notFinite ?? [])].filter((slot) => !isLeftOut(slot)));
  return {
    judgement: withUndecided(judge, keys, { answers, ranked, undecided }),
    notFinite: undecided.size,
    answeredByBase: isKnownToBase.filter(Boolean).length,
    repeats: keys.filter(({ isRepeat }) => isRepeat).length,
    usedBase: base !== undefined,
    drawnWords: listDrawnWords(
      keys.map((key, slot) => (isLeftOut(slot) || claim.missing.has(key.index) ? undefined : key)),
      suspect,
      base,
    ),
    neutralPrompts: counted.filter(Boolean).length,
  };
}

/** A probe with some of its neutral prompts. */
function keepNeutral<Probe extends SuspectProbe | ModelProbe>(
  probe: Probe,
  counted: readonly boolean[],
): Probe {
  const keep = <T>(items: readonly T[]): T[] => items.filter((_, prompt) => counted[prompt]);
  return {
    ...probe,
    ...(probe.neutral && { neutral: { ...probe.neutral, logP: keep(probe.neutral.logP) } }),
    ...('neutralHidden' in probe && { neutralHidden: keep(probe.neutralHidden) }),
  };
}

/** The neutral prompts that both can read; none where the suspect hides some tokens, whose shift could not be measured. */
function listNeutral(
  { neutralPrompts }: Questions,
  suspect: Suspect,
  base: Base,
): Questions['neutralPrompts'] {
  if (!showsEveryToken(suspect.shows)) return [];
  const maxLength = Math.min(suspect.maxLength, base.maxLength);
  return neutralPrompts.filter((ids) => ids.length <= maxLength && suspect.reads?.(ids) !== false);
}
