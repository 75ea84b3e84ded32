import type { Watch } from '../common/progress';
import { openLanguageModel } from '../engine/openLanguageModel';
import type { Placement } from '../engine/placement';
import type { KeySet } from '../fingerprint/keySet';
import { probeModel, type ProbeOptions } from '../suspects/probeModel';
import { sharesTokenizer } from '../suspects/sharedTokenizer';
import { askByText } from '../suspects/textAnswers';
import type { AskedKey } from '../verify/askedKey';
import type { ModelProbe } from '../verify/suspect';
import { rankKeys } from '../verify/scores';
import { judgeSuspect, planScores, type Judgement } from '../verify/verdict';
import type { OpenModel } from './openModel';

export interface Question {
  readonly keySet: KeySet;
  readonly suspect: OpenModel;
  readonly base: OpenModel | undefined;
  readonly placement: Placement;
}

export interface Answer {
  readonly judgement: Judgement;
  readonly sharedTokenizer: boolean;
  /** Whether the base was asked as well. */
  readonly usedBase: boolean;
  /** Neutral prompts that both models were asked. */
  readonly neutralPrompts: number;
}

/**
 * Asks a suspect every key of a key set, in the committed order, and judges it by the rules that the key set was made with.
 * The tests are fixed before it is asked. One model is in memory at a time.
 */
export async function askSuspect(
  { keySet, suspect, base, placement }: Question,
  watch: Watch,
): Promise<Answer> {
  const keys = listKeys(keySet);
  const { alpha, tests } = keySet.verdict;
  const sharedTokenizer = sharesTokenizer(keys, suspect.tokenizer, suspect.loaded.config.vocabularySize);
  const neutral = listNeutral(keySet, base ? [suspect, base] : []);
  const scores = planScores({
    sharedTokenizer,
    base: base !== undefined,
    neutralPrompts: neutral.length > 0,
  }).filter((score) => score === 'suspect-alone' || tests.includes(score));
  if (!sharedTokenizer) {
    const answers = await askText({ keySet, suspect, placement }, keys, watch);
    return {
      judgement: judgeSuspect(keys, answers, [], alpha),
      sharedTokenizer,
      usedBase: false,
      neutralPrompts: 0,
    };
  }
  const probe = (model: OpenModel, options: ProbeOptions): Promise<ModelProbe> =>
    probeOnce(model, placement, keys, neutral, options, watch);
  watch.report({ phase: 'asking the base' });
  const baseProbe = base && (await probe(base, { keepHidden: true }));
  watch.report({ phase: 'asking the suspect' });
  const suspectProbe = await probe(suspect, { keepHidden: false });
  const answers = suspectProbe.keys.map((key) => key?.answered);
  const ranked = scores.map((score) => ({ score, ranks: rankKeys(score, keys, suspectProbe, baseProbe) }));
  return {
    judgement: judgeSuspect(keys, answers, ranked, alpha),
    sharedTokenizer,
    usedBase: base !== undefined,
    neutralPrompts: neutral.length,
  };
}

function listKeys(keySet: KeySet): AskedKey[] {
  return keySet.order.map((index) => {
    const { text, ids, candidates, candidateTexts, response, spent } = keySet.keys[index]!;
    return {
      index,
      text,
      ids,
      candidates,
      candidateTexts,
      responseIds: response.ids,
      responseText: response.text,
      spent,
    };
  });
}

/** The neutral prompts that all models can read; none without models to compare. */
function listNeutral(keySet: KeySet, models: readonly OpenModel[]): (readonly number[])[] {
  if (models.length === 0) return [];
  const maxLength = Math.min(...models.map(({ loaded }) => loaded.config.maxLength));
  return keySet.neutralPrompts.map(({ ids }) => ids).filter((ids) => ids.length <= maxLength);
}

async function probeOnce(
  model: OpenModel,
  placement: Placement,
  keys: readonly AskedKey[],
  neutral: readonly (readonly number[])[],
  options: ProbeOptions,
  watch: Watch,
): Promise<ModelProbe> {
  const languageModel = await openLanguageModel(model.loaded, placement);
  try {
    return await probeModel(languageModel, keys, neutral, options, watch);
  } finally {
    await languageModel.close();
  }
}

async function askText(
  { keySet, suspect, placement }: Omit<Question, 'base'>,
  keys: readonly AskedKey[],
  watch: Watch,
): Promise<(boolean | undefined)[]> {
  watch.report({ phase: 'asking the suspect by text' });
  const languageModel = await openLanguageModel(suspect.loaded, placement);
  const keysAreQuestions = keySet.base.chatRenderingDigest !== null;
  try {
    return await askByText(languageModel, suspect.tokenizer, keys, { keysAreQuestions }, watch);
  } finally {
    await languageModel.close();
  }
}
