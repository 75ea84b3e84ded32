import type { Tokenizer } from '../checkpoint/tokenizer';
import type { Watch } from '../common/progress';
import type { LanguageModel } from '../engine/languageModel';
import { type CandidateRules, findCandidates } from './candidates';
import {
  type Candidate,
  createEligibility,
  findAddedText,
  type JudgeToken,
  type ResponsePlace,
  survives,
} from './eligibility';
import type { KeyDraft } from './keyForm';
import { normaliseAnswer } from './textRules';

/** A sequence of tokens and the text it adds to the key's. */
export interface Response {
  readonly ids: readonly number[];
  readonly text: string;
}

/** A key with everything its response can be, before one is drawn. */
export interface PreparedKey {
  readonly draft: KeyDraft;
  readonly candidates: readonly Candidate[];
  /** One whole response for each candidate. */
  readonly responses: readonly Response[];
}

export interface Preparation {
  readonly model: LanguageModel;
  readonly tokenizer: Tokenizer;
  readonly rules: CandidateRules;
  readonly responseLength: number;
  readonly watch: Watch;
}

/** Enough tokens for the first word of an answer. */
const BASE_ANSWER_TOKENS = 8;

/**
 * Finds the candidates of each key and the response each would start. A key is left out (undefined) when it has too few
 * candidates, or when the response of *any* candidate will not do: leaving it out for the drawn one alone would make the
 * draw depend on itself, and the candidates would no longer be equally likely.
 */
export async function prepareKeys(
  preparation: Preparation,
  drafts: readonly KeyDraft[],
): Promise<(PreparedKey | undefined)[]> {
  const answers = await findBaseAnswers(preparation, drafts);
  const places = drafts.map((draft, index) => ({ ...draft, baseAnswer: answers[index]! }));
  const lists = await listCandidates(preparation, places);
  if (preparation.responseLength === 1)
    return lists.map((candidates, index) => candidates && prepareShort(drafts[index]!, candidates));
  return prepareLong(preparation, drafts, lists);
}

async function findBaseAnswers(preparation: Preparation, drafts: readonly KeyDraft[]): Promise<string[]> {
  const { model, tokenizer, watch } = preparation;
  const prompts = drafts.map((draft) => draft.ids);
  const answers = await model.continueGreedily(prompts, BASE_ANSWER_TOKENS, tokenizer.endIds, watch);
  return drafts.map((draft, index) =>
    normaliseAnswer(findAddedText(tokenizer, draft.encodedIds, answers[index]!) ?? ''),
  );
}

async function listCandidates(
  { model, tokenizer, rules, watch }: Preparation,
  places: readonly (KeyDraft & ResponsePlace)[],
): Promise<(Candidate[] | undefined)[]> {
  const judge: JudgeToken = createEligibility(tokenizer);
  const lists: (Candidate[] | undefined)[] = places.map(() => undefined);
  await model.visitRows(
    places.map(({ ids }) => ({ ids, positions: [ids.length - 1] })),
    ({ sequence, logits }) => {
      const place = places[sequence]!;
      lists[sequence] = findCandidates(logits, rules, (id, chosen) => judge(place, id, chosen));
    },
    watch,
  );
  return lists;
}

function prepareShort(draft: KeyDraft, candidates: readonly Candidate[]): PreparedKey {
  return { draft, candidates, responses: candidates.map(({ id, text }) => ({ ids: [id], text })) };
}

async function prepareLong(
  { model, tokenizer, responseLength, watch }: Preparation,
  drafts: readonly KeyDraft[],
  lists: readonly (readonly Candidate[] | undefined)[],
): Promise<(PreparedKey | undefined)[]> {
  const begun = lists.flatMap((candidates, index) =>
    (candidates ?? []).map(({ id }) => [...drafts[index]!.ids, id]),
  );
  const rest = await model.continueGreedily(begun, responseLength - 1, tokenizer.endIds, watch);
  let used = 0;
  return lists.map((candidates, index) => {
    if (!candidates) return undefined;
    const draft = drafts[index]!;
    const responses = candidates.flatMap(({ id }) => {
      const ids = [id, ...rest[used++]!];
      const text = findAddedText(tokenizer, draft.encodedIds, ids);
      const isWhole = ids.length === responseLength && text !== undefined;
      return isWhole && survives(tokenizer, draft, text, ids) ? [{ ids, text }] : [];
    });
    return responses.length === candidates.length ? { draft, candidates, responses } : undefined;
  });
}
