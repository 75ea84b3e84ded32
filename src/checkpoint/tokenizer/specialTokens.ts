import { tokenNames, type TokenizerConfig } from './tokenizerConfig';
import type { AddedToken, NewToken, TokenizerJson } from './tokenizerJson';

/** Every token of a checkpoint, as transformers puts them together from all files. */
export interface Tokens {
  /** Text by id, added tokens included. */
  readonly texts: ReadonlyMap<number, string>;
  readonly added: readonly AddedToken[];
  /** The special tokens that have a name, in the names that a chat template uses: `eos_token`. */
  readonly named: ReadonlyMap<string, string>;
}

type Given = string | NewToken;

/**
 * Gathers the tokens of tokenizer.json, tokenizer_config.json, special_tokens_map.json and added_tokens.json,
 * with the precedence and the ids of transformers 5: added tokens take the id of their text in the vocabulary,
 * else the next free one, whatever id their file gives. Special tokens that are not among them are added last.
 */
export function gatherTokens(json: TokenizerJson, files: TokenizerConfig): Tokens {
  const { named, extra } = gatherSpecial(json, files);
  const numbering = new Numbering(json.vocabulary);
  numbering.add(json.added);
  numbering.add(listAdded(json, files, named));
  // Given twice in the same way, a token is added once; given in another way, the later one counts.
  const given = [...named.values(), ...extra].filter((token) => !numbering.has(textOf(token)));
  const once = new Map(given.map((token) => [JSON.stringify(token), token]));
  numbering.add([...once.values()].map(asSpecial));
  const added = numbering.list();
  const texts = new Map(json.vocabulary);
  for (const { id, content } of added) texts.set(id, content);
  return { texts, added, named: new Map([...named].map(([name, token]) => [name, textOf(token)])) };
}

/** The special tokens with a name, and those without. */
function gatherSpecial(
  { padToken }: TokenizerJson,
  files: TokenizerConfig,
): { named: Map<string, Given>; extra: readonly Given[] } {
  const { config, specialMap } = files;
  const named = new Map<string, Given>();
  for (const name of tokenNames) {
    // A field that is null names no token, and special_tokens_map.json has the last word.
    const source = name in specialMap ? specialMap : config;
    const token = name === 'pad_token' && !(name in source) ? padToken : source[name];
    if (token !== undefined && token !== null) named.set(name, token);
  }
  for (const [name, token] of [
    ...listOwnNames(specialMap),
    ...listOwnNames(config),
    ...listPairs(config.extra_special_tokens),
    ...listPairs(specialMap.extra_special_tokens),
  ])
    named.set(name, token);
  return { named, extra: listExtra(files).extra };
}

/** Any other field that ends so names a token of this model alone. */
function listOwnNames(source: Readonly<Record<string, unknown>>): [string, Given][] {
  const standard: readonly string[] = tokenNames;
  return Object.entries(source).flatMap(([name, token]): [string, Given][] =>
    name.endsWith('_token') && !standard.includes(name) && isGiven(token) ? [[name, token]] : [],
  );
}

function listPairs(extra: TokenizerConfig['config']['extra_special_tokens']): [string, Given][] {
  if (!extra || Array.isArray(extra)) return [];
  return Object.entries(extra).flatMap(([name, token]): [string, Given][] =>
    isGiven(token) ? [[name, token]] : [],
  );
}

/**
 * The special tokens without a name. Their list has two names, and the older one counts where the newer one is
 * absent or holds names itself.
 * @returns also those of them that transformers knows of when it reads added_tokens.json.
 */
function listExtra({ config, specialMap }: TokenizerConfig): {
  readonly extra: readonly Given[];
  readonly early: readonly Given[];
} {
  let { extra_special_tokens: extra, additional_special_tokens: additional } = config;
  if (additional !== undefined && (!extra || Object.keys(extra).length === 0))
    [extra, additional] = [additional, undefined];
  const inMap = specialMap.extra_special_tokens;
  if (Array.isArray(inMap)) extra = [...(Array.isArray(extra) ? extra : []), ...inMap];
  else if (inMap !== undefined) extra = inMap;
  additional = specialMap.additional_special_tokens ?? additional;
  // Names leave their list.
  if (extra && !Array.isArray(extra)) extra = undefined;
  const early = extra ?? [];
  return { early, extra: extra === undefined ? (additional ?? []) : early };
}

/** The tokens that the other files add, in the order of the ids that these files give them. */
function listAdded(
  { added }: TokenizerJson,
  files: TokenizerConfig,
  named: ReadonlyMap<string, Given>,
): readonly NewToken[] {
  const { config, specialMap, addedIds } = files;
  const tokens = new Map<number, NewToken>();
  const special = new Set([
    // transformers compares texts here, and sees none in an object of tokenizer_config.json.
    ...tokenNames.flatMap((name) => {
      const [inMap, own] = [specialMap[name], config[name]];
      return inMap ? [textOf(inMap)] : typeof own === 'string' && inMap !== null ? [own] : [];
    }),
    ...listExtra(files).early.map(textOf),
  ]);
  if (config.added_tokens_decoder) {
    for (const [id, token] of Object.entries(config.added_tokens_decoder)) tokens.set(Number(id), token);
  } else {
    for (const [content, id] of Object.entries(addedIds))
      tokens.set(id, { content, special: special.has(content) });
    for (const token of added) tokens.set(token.id, token);
  }
  const texts = new Set([...named.values()].map(textOf));
  return [...tokens]
    .sort(([one], [other]) => one - other)
    .map(([, token]) => ({ ...complete(token), ...(texts.has(token.content) && { special: true }) }));
}

/** Gives added tokens their ids, as Hugging Face tokenizers does (`AddedVocabulary::add_tokens`). */
class Numbering {
  private readonly added = new Map<string, AddedToken>();
  private readonly idOfText = new Map<string, number>();
  private next: number;

  constructor(vocabulary: ReadonlyMap<number, string>) {
    for (const [id, text] of vocabulary) this.idOfText.set(text, id);
    this.next = vocabulary.size;
  }

  has(text: string): boolean {
    return this.added.has(text);
  }

  /** A token that there is already gets the new flags and keeps its id. */
  add(tokens: readonly NewToken[]): void {
    for (const token of tokens) {
      if (token.content === '') continue;
      const id = this.idOfText.get(token.content) ?? this.next;
      this.idOfText.set(token.content, id);
      this.next = Math.max(this.next, id + 1);
      this.added.set(token.content, { ...complete(token), id });
    }
  }

  list(): AddedToken[] {
    return [...this.added.values()];
  }
}

function complete(token: NewToken): NewToken {
  const { content, special = false, single_word = false, lstrip = false, rstrip = false } = token;
  return { content, special, normalized: token.normalized ?? !special, single_word, lstrip, rstrip };
}

function asSpecial(token: Given): NewToken {
  return complete({ ...(typeof token === 'string' ? { content: token } : token), special: true });
}

function textOf(token: Given): string {
  return typeof token === 'string' ? token : token.content;
}

function isGiven(value: unknown): value is Given {
  return (
    typeof value === 'string' ||
    (typeof value === 'object' && value !== null && 'content' in value && typeof value.content === 'string')
  );
}
