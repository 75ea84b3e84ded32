import { phases } from '../../contract/phases';
import type { Tokenizer } from '../../checkpoint/tokenizer/tokenizer';
import type { Watch } from '../../contract/events';
import type { Placement } from '../../contract/devices';
import type { LanguageModel } from '../../engine/languageModel';
import { digestJson } from '../canonical';
import type { KeyKind, KindCounts } from '../../contract/keyKinds';
import { dealKinds } from '../dealKinds';
import { commitKeySet } from '../commitment';
import { type KeyDraft, type NaturalKey, createKeyForm } from '../keyForm';
import type { AnnouncedRound, BaseModel, Key, KeySet, KeySetContent } from '../keySet';
import { commitUndrawn, type UndrawnKeySet } from '../laterDraw/undrawnKeySet';
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
  /** How many keys are of each kind; all are loud unless given. */
  readonly kinds?: KindCounts | undefined;
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

/** A draw that is left to a beacon: the round, and when the keys were fixed (ISO 8601). */
export interface Announcement extends AnnouncedRound {
  readonly createdAt: string;
}

/**
 * Makes a key set: draws the keys, fixes the candidates of each, draws the responses and neutral prompts, and
 * commits to all of it. The same request gives the same key set.
 * @throws UserError `too-few-keys`, `empty-text` or `unusable-chat-template`; Cancelled.
 */
export async function createKeySet(request: KeySetRequest, watch: Watch): Promise<KeySet> {
  const { prepared, ...content } = await prepareKeySet(request, watch);
  return commitKeySet({
    ...content,
    createdAt: request.createdAt,
    draw: { from: 'seed' },
    keys: withKinds(
      request,
      prepared.map((key) => drawResponse(request.seed, key)),
    ),
  });
}

/**
 * The same without the responses, which a round of a public beacon will draw.
 * @param announce called when everything else is there; names the round
 * @throws UserError as {@link createKeySet}, and what `announce` throws; Cancelled.
 */
export async function createUndrawnKeySet(
  request: Omit<KeySetRequest, 'createdAt'>,
  announce: () => Announcement,
  watch: Watch,
): Promise<UndrawnKeySet> {
  const { prepared, ...content } = await prepareKeySet(request, watch);
  const { createdAt, chain, round } = announce();
  return commitUndrawn({
    ...content,
    createdAt,
    draw: { from: 'announced', chain, round },
    keys: withKinds(
      request,
      prepared.map((key) => ({ ...describeKey(key), responses: key.responses, spent: false })),
    ),
  });
}

/** Everything of a key set but its draws. */
async function prepareKeySet(
  request: Omit<KeySetRequest, 'createdAt'>,
  watch: Watch,
): Promise<Omit<KeySetContent, 'keys' | 'draw' | 'createdAt'> & { readonly prepared: PreparedKey[] }> {
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
  return {
    strategy: 'inverse-nucleus',
    drawing: {
      recipe: drawingRecipe,
      keysFrom: prompts ? 'prompts' : 'model',
      device: request.placement.device,
      precision: request.placement.precision,
    },
    seed,
    toolVersion: request.toolVersion,
    base: describeBase(request.base, tokenizer),
    rules: {
      threshold: candidateRules.threshold,
      candidateCount: candidateRules.count,
      responseLength,
    },
    verdict: verdictRules,
    neutralPrompts,
    order: deriveOrder(seed, count),
    prepared,
  };
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

/** A set of loud keys alone names no kinds, so that every version can read it. */
function withKinds<Any extends Pick<Key, 'ids'>>(
  { seed, kinds }: Pick<KeySetRequest, 'seed' | 'kinds'>,
  keys: readonly Any[],
): (Any & { readonly kind?: KeyKind })[] {
  if (!kinds || kinds.soft + kinds.quiet === 0) return [...keys];
  const dealt = dealKinds(seed, keys, kinds);
  return keys.map((key, index) => ({ ...key, kind: dealt[index]! }));
}

function drawResponse(seed: Seed, prepared: PreparedKey): Key {
  const key = describeKey(prepared);
  const pick = pickCandidate(seed, key.ids, key.candidates);
  return { ...key, pick, response: prepared.responses[pick]!, spent: false };
}

function describeKey({
  draft,
  candidates,
}: PreparedKey): Pick<Key, 'text' | 'ids' | 'candidates' | 'candidateTexts'> {
  return {
    text: draft.text,
    ids: draft.ids,
    candidates: candidates.map((candidate) => candidate.id),
    candidateTexts: candidates.map((candidate) => candidate.text),
  };
}

function stripDrafts(drafts: readonly KeyDraft[]): Promise<NaturalKey[]> {
  return Promise.resolve(drafts.map(({ text, ids }) => ({ text, ids })));
}
