import { phases } from '../contract/phases';
import type { Watch } from '../contract/events';
import { rankKeys, type ScoreName } from './scores';
import { showsEveryToken, type Base, type Questions, type Suspect } from './suspect';
import { withUndecided } from './undecided';
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

export interface Answer {
  readonly judgement: Judgement;
  /** Whether the base was asked as well. */
  readonly usedBase: boolean;
  /** Neutral prompts that both models were asked. */
  readonly neutralPrompts: number;
  /** Keys with predictions that are infinite or not a number: they are not decided. */
  readonly notFinite: number;
  /** Sentences for the user: what turned out while it was asked. */
  readonly notes: readonly string[];
  /** Why the suspect could not be computed at all, as a sentence. */
  readonly failure: string | undefined;
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
 * Asks a suspect every key and judges it. The tests are fixed before it is asked, by what it shows. The base
 * is asked first, and only where there are probabilities to compare.
 * @throws as Base.ask and Suspect.ask.
 */
export async function askSuspect(question: Question, watch: Watch): Promise<Answer> {
  const { questions, rules, suspect, base: baseAtHand } = question;
  const isByText = suspect.shows === 'text';
  const base = isByText ? undefined : baseAtHand;
  const neutralPrompts = base ? listNeutral(questions, suspect, base) : [];
  const asked = { ...questions, neutralPrompts };
  const scores = planTests(question);
  if (!isByText) watch.report({ type: 'phase', phase: phases.askingBase });
  const baseProbe = await base?.ask(asked, watch);
  watch.report({ type: 'phase', phase: isByText ? phases.askingSuspectByText : phases.askingSuspect });
  const probe = await suspect.ask(asked, watch);
  const { keys } = questions;
  const answers = probe.keys.map((key) => key?.answered);
  const ranked = scores.map((score) => ({ score, ranks: rankKeys(score, keys, probe, baseProbe) }));
  const judge = (given: typeof answers, ranks: typeof ranked): Judgement =>
    judgeSuspect(keys, given, ranks, rules.alpha, question.testCount);
  const notFinite = probe.notFinite ?? new Set<number>();
  return {
    judgement: withUndecided(judge, keys, { answers, ranked, undecided: notFinite }),
    usedBase: base !== undefined,
    neutralPrompts: neutralPrompts.length,
    notFinite: notFinite.size,
    notes: probe.notes ?? [],
    failure: probe.failure,
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
