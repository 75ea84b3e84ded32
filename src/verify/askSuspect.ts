import { phases } from '../contract/phases';
import type { Watch } from '../contract/events';
import { rankKeys } from './scores';
import { showsEveryToken, type Base, type Questions, type Suspect } from './suspect';
import { judgeSuspect, planScores, type Judgement } from './verdict';

interface Question {
  /** All questions of the key set. */
  readonly questions: Questions;
  /** The rules that the key set was made with. */
  readonly rules: { readonly alpha: number; readonly tests: readonly string[] };
  readonly suspect: Suspect;
  /** Absent where it is not available. */
  readonly base: Base | undefined;
}

export interface Answer {
  readonly judgement: Judgement;
  /** Whether the base was asked as well. */
  readonly usedBase: boolean;
  /** Neutral prompts that both models were asked. */
  readonly neutralPrompts: number;
}

/**
 * Asks a suspect every key and judges it. The tests are fixed before it is asked, by what it shows. The base
 * is asked first, and only where there are probabilities to compare.
 * @throws as Base.ask and Suspect.ask.
 */
export async function askSuspect(
  { questions, rules, suspect, base: baseAtHand }: Question,
  watch: Watch,
): Promise<Answer> {
  const isByText = suspect.shows === 'text';
  const base = isByText ? undefined : baseAtHand;
  const neutralPrompts = base ? listNeutral(questions, suspect, base) : [];
  const asked = { ...questions, neutralPrompts };
  const scores = planScores({
    shows: suspect.shows,
    base: base !== undefined,
    neutralPrompts: neutralPrompts.length > 0,
  }).filter((score) => score === 'suspect-alone' || rules.tests.includes(score));
  if (!isByText) watch.report({ type: 'phase', phase: phases.askingBase });
  const baseProbe = await base?.ask(asked, watch);
  watch.report({ type: 'phase', phase: isByText ? phases.askingSuspectByText : phases.askingSuspect });
  const probe = await suspect.ask(asked, watch);
  const { keys } = questions;
  const answers = probe.keys.map((key) => key?.answered);
  const ranked = scores.map((score) => ({ score, ranks: rankKeys(score, keys, probe, baseProbe) }));
  return {
    judgement: judgeSuspect(keys, answers, ranked, rules.alpha),
    usedBase: base !== undefined,
    neutralPrompts: neutralPrompts.length,
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
  return neutralPrompts.filter((ids) => ids.length <= maxLength);
}
