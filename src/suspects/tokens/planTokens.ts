import { UserError } from '../../common/errors';
import type { AskedKey } from '../../verify/askedKey';
import type { LoadedModel } from '../../engine/loadedModel';
import { embeddingOf } from './embeddingRows';
import { matchTokens, type TokenMap } from './matchTokens';
import type { SuspectTokenizer } from './suspectTokenizer';
import { planByMap, planByReading, planByText, type TokenPlan } from './tokenPlan';
import { mapByText, type TokenTexts } from './tokenTexts';

/** What is known of the keys' own tokenizer. */
export interface KeysTokens {
  readonly keys: readonly AskedKey[];
  readonly isQuestion: boolean;
  /** Every id that any of the models will be asked. */
  readonly ids: readonly number[];
  /** Those of the keys and their candidates, which a verdict needs. */
  readonly needed: ReadonlySet<number>;
  /** Whether the suspect's tokenizer is, token for token, the one that the key set records. */
  readonly hasSameTokens: boolean;
  /** The base, where it is at hand. */
  readonly base: { readonly loaded: LoadedModel; readonly texts: TokenTexts } | undefined;
}

/** One way to put the keys into a suspect's tokens. */
export interface TokenReading {
  readonly plan: TokenPlan;
  /** In which point it departs from the first way, as part of a sentence. */
  readonly conflict?: string;
}

export interface TokenReadings {
  readonly readings: readonly TokenReading[];
  readonly notes: readonly string[];
  /** Whether nothing says which of its tokens is which: then finding nothing shows nothing. */
  readonly isUnverified?: boolean;
}

const sameId: TokenMap = (id) => id;

/**
 * Decides, key by key, in which of the suspect's tokens it is asked. With a base, by the texts of the tokens,
 * checked against the rows of the embeddings; without one, by what the suspect's tokenizer makes of the
 * recorded texts and, where that gives other ids, by the recorded ids as well.
 * @throws UserError where the weights cannot be read; Cancelled.
 */
export async function planTokens(
  known: KeysTokens,
  { tokenizer, texts }: SuspectTokenizer,
  loaded: LoadedModel,
  signal?: AbortSignal,
): Promise<TokenReadings> {
  const { keys, base } = known;
  const { vocabularySize } = loaded.config;
  const byText = base && texts ? mapByText(base.texts, texts) : undefined;
  const rows = base && (await compareRows(known, base.loaded, loaded, byText, signal));
  if (rows?.isClear) {
    const notes =
      rows.conflicts > 0
        ? [
            `The suspect’s tokenizer and its embeddings disagree about ${rows.conflicts} of the ${rows.compared} tokens of the keys: it was asked by its embeddings, which are what it computes with.`,
          ]
        : sayRenumbered(known.ids, rows.map);
    return { readings: [{ plan: planByMap(keys, rows.map, vocabularySize) }], notes };
  }
  const unread = (notes: string[] = []): TokenReadings => ({
    readings: [{ plan: planByMap(keys, byText ?? sameId, vocabularySize) }],
    notes,
    isUnverified: !byText && !known.hasSameTokens,
  });
  if (!texts || !tokenizer) return unread();
  try {
    if (!byText) return planWithoutBase(known, tokenizer, vocabularySize);
    return { readings: [{ plan: planByReading(keys, byText, tokenizer, vocabularySize) }], notes: [] };
  } catch (error) {
    // A hostile tokenizer can fail, or take for ever, at any text.
    if (!(error instanceof UserError)) throw error;
    const why = error.message.replace(/\.$/, '');
    return unread([`The suspect’s tokenizer failed at a key (${why}): it was asked by ids.`]);
  }
}

function planWithoutBase(
  { keys, isQuestion }: KeysTokens,
  tokenizer: NonNullable<SuspectTokenizer['tokenizer']>,
  vocabularySize: number,
): TokenReadings {
  const recorded = planByReading(keys, sameId, tokenizer, vocabularySize);
  if (recorded.keys.every((key) => key !== undefined)) return { readings: [{ plan: recorded }], notes: [] };
  const own = planByText(keys, tokenizer, { isQuestion, vocabularySize });
  const merged = { ...recorded, keys: recorded.keys.map((key, slot) => key ?? own.keys[slot]) };
  const byIds = planByMap(keys, sameId, vocabularySize);
  const first = { plan: merged };
  if (byIds.keys.some((key) => key === undefined)) return { readings: [first], notes: [] };
  const conflict = 'the tokens of the keys (the recorded ids, and those of its tokenizer)';
  return { readings: [first, { plan: byIds, conflict }], notes: [] };
}

async function compareRows(
  { ids, needed }: KeysTokens,
  base: LoadedModel,
  suspect: LoadedModel,
  byText: TokenMap | undefined,
  signal: AbortSignal | undefined,
) {
  const [from, to] = [embeddingOf(base), embeddingOf(suspect)];
  if (!from || !to || from.shape[1] !== to.shape[1]) return undefined;
  return matchTokens(from, to, ids, needed, byText, signal);
}

function sayRenumbered(ids: readonly number[], map: TokenMap): string[] {
  const moved = new Set(ids.filter((id) => map(id) !== id)).size;
  if (moved === 0) return [];
  return [
    `The suspect numbers its tokens differently from the base (${moved} of those that the keys use): the keys were translated, token by token.`,
  ];
}
