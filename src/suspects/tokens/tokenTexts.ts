import * as z from 'zod';
import { longList, longRecord } from '../../common/longSchemas';
import { Cancelled } from '../../common/errors';
import { gatherTokens } from '../../checkpoint/tokenizer/specialTokens';
import { readTokenizerConfig, type TokenizerConfig } from '../../checkpoint/tokenizer/tokenizerConfig';
import { readTokenizerJson, type TokenizerJson } from '../../checkpoint/tokenizer/tokenizerJson';

const modelSchema = z.looseObject({
  vocab: z.union([longRecord(z.number()), longList(z.tuple([z.string(), z.number()]))]),
});

/** The tokens of a tokenizer by their texts as the file spells them. */
export interface TokenTexts {
  /** The texts of an id: one, unless the file gives it to two. */
  readonly textsOf: ReadonlyMap<number, readonly string[]>;
  /** The ids of a text: one, unless the file lists it twice. */
  readonly idsOf: ReadonlyMap<string, readonly number[]>;
}

const noNeighbours: TokenizerConfig = { config: {}, specialMap: {}, addedIds: {}, chatTemplate: undefined };

/**
 * Reads the tokens of tokenizer.json and, as far as they can be read, of its neighbours.
 * @throws UserError as readTokenizerJson.
 */
export async function readTokenTexts(dir: string): Promise<TokenTexts> {
  const json = await readTokenizerJson(dir);
  const neighbours = await readTokenizerConfig(dir).catch((error: unknown) => {
    if (error instanceof Cancelled) throw error;
    return noNeighbours;
  });
  return listTokenTexts(json, neighbours);
}

/** Lists the tokens of the vocabulary, then those that are added. */
function listTokenTexts(json: TokenizerJson, neighbours: TokenizerConfig): TokenTexts {
  const textsOf = new Map<number, string[]>();
  const idsOf = new Map<string, number[]>();
  const put = (text: string, id: number): void => {
    addTo(textsOf, id, text);
    addTo(idsOf, text, id);
  };
  const model = modelSchema.safeParse(json.raw.model);
  if (model.success && Array.isArray(model.data.vocab))
    model.data.vocab.forEach(([text], id) => put(text, id));
  else if (model.success) for (const [text, id] of Object.entries(model.data.vocab)) put(text, id as number);
  for (const { id, content } of gatherTokens(json, neighbours).added) put(content, id);
  return { textsOf, idsOf };
}

function addTo<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const known = map.get(key);
  if (!known) map.set(key, [value]);
  else if (!known.includes(value)) known.push(value);
}

/**
 * The id that a token of one tokenizer has in another, by its text; the same id where that text is listed
 * twice and has it too. Undefined where the other has no such token.
 */
export function mapByText(from: TokenTexts, to: TokenTexts): (id: number) => number | undefined {
  return (id) => {
    const ids = (from.textsOf.get(id) ?? []).flatMap((text) => to.idsOf.get(text) ?? []);
    return ids.includes(id) ? id : ids[0];
  };
}
