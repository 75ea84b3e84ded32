import { phases } from '../../contract/phases';
import type { Tokenizer } from '../../checkpoint/tokenizer/tokenizer';
import type { Watch } from '../../contract/events';
import type { Placement } from '../../contract/devices';
import type { LanguageModel } from '../../engine/languageModel';
import { digestJson } from '../canonical';
import { commitKeySet } from '../commitment';
import { type KeyDraft, type NaturalKey, createKeyForm } from '../keyForm';
import type { BaseModel, Key, KeySet } from '../keySet';
import { candidateRules, drawingRecipe } from './drawRules';
import {
  createSource,
  drawFromModel,
  measureOrdinaryRange,
  type Prepare,
  type Source,
  takeFromPrompts,
} from './naturalKeys';
import type { OrdinaryRange } from './ordinaryText';
import { pickCandidate } from './pick';
import { type PreparedKey, prepareKeys } from './preparedKeys';
import { type Seed, deriveOrder, openStream } from '../seed';
import { verdictRules } from '../verdictRules';

const neutralCount = 256;

/** The most tokens after a key that the base is asked for: the first word of its own answer. */
const spaceForAnswer = 8;

export interface KeySetRequest {
  readonly model: LanguageModel;
  readonly tokenizer: Tokenizer;
  readonly seed: Seed;
  readonly count: number;
  /** Tokens in a response, 1 or more. */
  readonly responseLength: number;
  /** The creator's own prompts; without them the model writes the keys. */
  readonly prompts?: readonly string[];
  readonly base: Omit<BaseModel, 'chatRenderingDigest'>;
  /** Where the model runs. */
  readonly placement: Pick<Placement, 'device' | 'precision'>;
  readonly toolVersion: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly neutralCount?: number;
}

type NeutralRequest = Pick<KeySetRequest, 'model' | 'tokenizer' | 'seed' | 'responseLength' | 'neutralCount'>;

/**
 * Makes a key set: draws the keys, fixes the candidates of each, draws the responses and neutral prompts, and
 * commits to all of it. The same request gives the same key set.
 * @throws UserError `too-few-keys`, `empty-text` or `unusable-chat-template`; Cancelled.
 */
export async function createKeySet(request: KeySetRequest, watch: Watch): Promise<KeySet> {
  const { model, tokenizer, seed, count, responseLength, prompts } = request;
  const source = openSource(request, watch);
  const range = await measureOrdinaryRange(source, openStream(seed, 'ordinary'));
  const preparation = { model, tokenizer, rules: candidateRules, responseLength, watch: source.quiet };
  const prepare: Prepare<PreparedKey> = (drafts, reportShare) =>
    prepareKeys(preparation, drafts, reportShare);
  const random = openStream(seed, 'keys');
  const prepared = prompts
    ? await takeFromPrompts(source, random, prompts, count, prepare)
    : await drawFromModel(source, random, range, { count, name: 'keys', phase: phases.drawingKeys }, prepare);
  const neutralPrompts = await drawNeutral(source, request, range);
  return commitKeySet({
    strategy: 'inverse-nucleus',
    drawing: {
      recipe: drawingRecipe,
      keysFrom: prompts ? 'prompts' : 'model',
      device: request.placement.device,
      precision: request.placement.precision,
    },
    seed,
    toolVersion: request.toolVersion,
    createdAt: request.createdAt,
    base: describeBase(request.base, tokenizer),
    rules: {
      threshold: candidateRules.threshold,
      candidateCount: candidateRules.count,
      responseLength,
    },
    verdict: verdictRules,
    keys: prepared.map((key) => drawResponse(seed, key)),
    neutralPrompts,
    order: deriveOrder(seed, count),
  });
}

/**
 * Draws neutral prompts for keys from elsewhere; none nearly repeats one of the texts.
 * @throws UserError `too-few-keys` or `unusable-chat-template`; Cancelled.
 */
export async function drawNeutralPrompts(
  request: NeutralRequest,
  keyTexts: readonly string[],
  watch: Watch,
): Promise<NaturalKey[]> {
  const source = openSource(request, watch);
  for (const text of keyTexts) source.taken.addIfNew(text);
  return drawNeutral(
    source,
    request,
    await measureOrdinaryRange(source, openStream(request.seed, 'ordinary')),
  );
}

/**
 * Measures the perplexities of the model's own texts, exactly as drawing a key set from this seed does.
 * @throws UserError `too-few-keys` or `unusable-chat-template`; Cancelled.
 */
export function measureOrdinaryTexts(request: NeutralRequest, watch: Watch): Promise<OrdinaryRange> {
  return measureOrdinaryRange(openSource(request, watch), openStream(request.seed, 'ordinary'));
}

function drawNeutral(source: Source, request: NeutralRequest, range: OrdinaryRange): Promise<NaturalKey[]> {
  const needed = {
    count: request.neutralCount ?? neutralCount,
    name: 'neutral prompts',
    phase: phases.drawingNeutralPrompts,
  };
  return drawFromModel(source, openStream(request.seed, 'neutral'), range, needed, stripDrafts);
}

/** The base's digests, with that of its chat rendering. */
export function describeBase(base: KeySetRequest['base'], tokenizer: Tokenizer): BaseModel {
  return { ...base, chatRenderingDigest: tokenizer.chat ? digestJson(tokenizer.chat.rendering) : null };
}

function openSource({ model, tokenizer, responseLength }: NeutralRequest, watch: Watch): Source {
  const maxKeyLength = model.maxLength - Math.max(responseLength, spaceForAnswer);
  return createSource(model, createKeyForm(tokenizer), maxKeyLength, watch);
}

function drawResponse(seed: Seed, { draft, candidates, responses }: PreparedKey): Key {
  const ids = candidates.map((candidate) => candidate.id);
  const pick = pickCandidate(seed, draft.ids, ids);
  return {
    text: draft.text,
    ids: draft.ids,
    candidates: ids,
    candidateTexts: candidates.map((candidate) => candidate.text),
    pick,
    response: responses[pick]!,
    spent: false,
  };
}

function stripDrafts(drafts: readonly KeyDraft[]): Promise<NaturalKey[]> {
  return Promise.resolve(drafts.map(({ text, ids }) => ({ text, ids })));
}
