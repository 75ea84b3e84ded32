import type { Placement } from '../../contract/devices';
import type { Watch } from '../../contract/events';
import { compareWithKept, keepPredictions } from '../../drift/compareTokens';
import type { LoadedModel } from '../../engine/loadedModel';
import { withLanguageModel } from '../../engine/openLanguageModel';
import type { KeySet } from '../../fingerprint/keySet';
import { probeModel } from '../../suspects/probeModel';
import { askSuspect, judgeAsked } from '../../verify/askSuspect';
import type { Claim } from '../../verify/claim';
import type { Base, ModelProbe, Questions, Suspect } from '../../verify/suspect';
import { supposeClaim } from '../judgeClaim';
import { showJudgement } from './showJudgement';
import type { RehearsalRow } from '../../rehearse/rehearsalReport';

type KeptPredictions = Awaited<ReturnType<typeof keepPredictions>>;

const mostFigure = 1e6;

/** What every copy is asked and compared with. */
export interface RehearsalQuestion {
  readonly keySet: KeySet;
  /** That a verification finds where everything is in order: drawing the key set again is left to it. */
  readonly claim: Claim;
  readonly questions: Questions;
  readonly placement: Placement;
  /** The base's answers. */
  readonly base: Base;
  /** The base's predictions on ordinary text. */
  readonly kept: KeptPredictions;
}

/** What one copy showed; `cost` is measured against the copy as it is. */
type CopyFigures = Omit<RehearsalRow, 'attack' | 'cost'> & { readonly lossRise: number };

/**
 * Asks the base once for all copies: every key and neutral prompt, and its predictions on ordinary text.
 * @throws UserError as openLanguageModel; Cancelled.
 */
export async function askBase(
  base: LoadedModel,
  { keySet, questions, placement }: Pick<RehearsalQuestion, 'keySet' | 'questions' | 'placement'>,
  texts: readonly (readonly number[])[],
  watch: Watch,
): Promise<RehearsalQuestion> {
  const { maxLength } = base.config;
  const neutralPrompts = questions.neutralPrompts.filter((ids) => ids.length <= maxLength);
  const asked = { ...questions, neutralPrompts };
  const { probe, kept } = await withLanguageModel(base, placement, async (model) => ({
    probe: await probeModel(model, asked.keys, neutralPrompts, { keepHidden: true }, watch),
    kept: await keepPredictions(model, texts, watch),
  }));
  return {
    keySet,
    claim: await supposeClaim(keySet),
    questions: asked,
    placement,
    base: { maxLength, ask: () => Promise.resolve(probe) },
    kept,
  };
}

/**
 * Asks a copy that has the base's tokens and shape, and compares it with the base, in one opening.
 * @throws UserError as openLanguageModel; Cancelled.
 */
export async function askCopy(
  copy: LoadedModel,
  { keySet, claim, questions, placement, base, kept }: RehearsalQuestion,
  watch: Watch,
): Promise<CopyFigures> {
  const { probe, drift } = await withLanguageModel(copy, placement, async (model) => ({
    probe: await probeModel(model, questions.keys, questions.neutralPrompts, { keepHidden: false }, watch),
    drift: sumUp((await compareWithKept(kept, model, watch)).sums),
  }));
  const suspect = knownSuspect(probe, copy.config.maxLength);
  const asked = await askSuspect({ questions, rules: keySet.verdict, suspect, base }, watch);
  return {
    ...showJudgement(judgeAsked(asked, claim).judgement),
    ...drift,
    changedAnswers: null,
  };
}

/** A suspect that has been asked already. */
function knownSuspect(probe: ModelProbe, maxLength: number): Suspect {
  return { shows: 'logits', maxLength, limits: [], ask: () => Promise.resolve(probe) };
}

type TextSums = Awaited<ReturnType<typeof compareWithKept>>['sums'];

function sumUp(sums: TextSums): { kl: number; agreement: number; lossRise: number } {
  const total = (name: keyof TextSums[number]): number => sums.reduce((sum, text) => sum + text[name], 0);
  return {
    kl: bound(total('kl') / total('tokens')),
    agreement: total('agreeing') / total('tokens'),
    lossRise: bound(total('markedNll') / total('baseNll') - 1),
  };
}

/** An attack can leave a model that computes no numbers any more; a report holds finite ones. */
function bound(value: number): number {
  return Number.isNaN(value) ? mostFigure : Math.min(mostFigure, value);
}
