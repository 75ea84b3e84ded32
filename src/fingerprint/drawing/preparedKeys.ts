import type { Tokenizer } from '../../checkpoint/tokenizer/tokenizer';
import type { Watch } from '../../contract/events';
import type { LanguageModel } from '../../engine/languageModel';
import { type CandidateRules, findCandidates } from './candidates';
import {
  type Candidate,
  createEligibility,
  findAddedText,
  readContinuations,
  type JudgeToken,
  type ResponsePlace,
  survives,
} from './eligibility';
import type { KeyDraft } from '../keyForm';
import { hasMarkup, isOneScript } from '../text/naturalText';
import { normaliseAnswer } from '../text/textRules';

/** A sequence of tokens and the text that it adds to the key's. */
export interface Response {
  readonly ids: readonly number[];
  readonly text: string;
}

/** A key with all its possible responses, before one is drawn. */
export interface PreparedKey {
  readonly draft: KeyDraft;
  readonly candidates: readonly Candidate[];
  /** One whole response for each candidate. */
  readonly responses: readonly Response[];
}

interface Preparation {
  readonly model: LanguageModel;
  readonly tokenizer: Tokenizer;
  readonly rules: CandidateRules;
  readonly responseLength: number;
  readonly watch: Watch;
}

/** Called now and then with the share of the work that is done, 0 to 1. */
export type ReportShare = (share: number) => void;

/** Enough tokens for the first word of an answer. */
const baseAnswerTokens = 8;

/** A word followed by something that cannot continue it. */
const completeWord = /[\p{L}\p{M}\p{N}][^\p{L}\p{M}\p{N}'’\ufffd-]/u;

/**
 * Finds the candidates of each key and the response that each would start. A key is left out (undefined) when
 * it has too few candidates, or when the response of *any* candidate is unusable: leaving it out for the
 * drawn one alone would make the draw depend on itself, and the candidates would no longer be equally likely.
 */
export async function prepareKeys(
  preparation: Preparation,
  drafts: readonly KeyDraft[],
  reportShare: ReportShare = () => undefined,
): Promise<(PreparedKey | undefined)[]> {
  const answers = await findBaseAnswers(preparation, drafts, (share) => reportShare(share / 2));
  const places = drafts.map((draft, index) => ({ ...draft, baseAnswer: answers[index]! }));
  const lists = await listCandidates(preparation, places, (share) => reportShare((1 + share) / 2));
  if (preparation.responseLength === 1)
    return lists.map((candidates, index) => candidates && prepareShort(drafts[index]!, candidates));
  return prepareLong(preparation, drafts, lists);
}

async function findBaseAnswers(
  { model, tokenizer, watch }: Preparation,
  drafts: readonly KeyDraft[],
  reportShare: ReportShare,
): Promise<string[]> {
  const prompts = drafts.map((draft) => draft.ids);
  const readers = drafts.map((draft) => readContinuations(tokenizer, draft.encodedIds));
  const begun = new Set<number>();
  const isEnough = (ids: readonly number[], index: number): boolean => {
    reportShare(begun.add(index).size / drafts.length);
    return completeWord.test((readers[index]!(ids) ?? '').normalize('NFKC'));
  };
  const answers = await model.continueGreedily(prompts, baseAnswerTokens, tokenizer.endIds, watch, isEnough);
  return answers.map((ids, index) => normaliseAnswer(readers[index]!(ids) ?? ''));
}

async function listCandidates(
  { model, tokenizer, rules, watch }: Preparation,
  places: readonly (KeyDraft & ResponsePlace)[],
  reportShare: ReportShare,
): Promise<(Candidate[] | undefined)[]> {
  const judge: JudgeToken = createEligibility(tokenizer);
  const lists: (Candidate[] | undefined)[] = places.map(() => undefined);
  let done = 0;
  await model.visitRows(
    places.map(({ ids }) => ({ ids, positions: [ids.length - 1] })),
    ({ sequence, logits }) => {
      const place = places[sequence]!;
      lists[sequence] = findCandidates(logits, rules, (id, chosen) => judge(place, id, chosen));
      reportShare(++done / places.length);
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
      const isPlain = !ids.some((id) => tokenizer.controlIds.has(id) || tokenizer.byteIds.has(id));
      return isWhole && isPlain && !hasMarkup(text) && survives(tokenizer, draft, text, ids)
        ? [{ ids, text }]
        : [];
    });
    const isUsable =
      responses.length === candidates.length &&
      isOneScript([draft.text, ...responses.map(({ text }) => text)].join(' '));
    return isUsable ? { draft, candidates, responses } : undefined;
  });
}
