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
  numbering.add(listAdded(json, files));
  const special = [...named.values(), ...extra].filter((token) => !numbering.has(textOf(token)));
  numbering.add(special.map(asSpecial));
  const added = numbering.list();
  const texts = new Map(json.vocabulary);
  for (const { id, content } of added) texts.set(id, content);
  return { texts, added, named: new Map([...named].map(([name, token]) => [name, textOf(token)])) };
}

/** The tokens with a name, and those without. */
function gatherSpecial(
  { padToken }: TokenizerJson,
  { config, specialMap }: TokenizerConfig,
): { named: Map<string, Given>; extra: readonly Given[] } {
  const named = new Map<string, Given>();
  const { values, isKnown } = readStandard(config, specialMap, padToken);
  for (const [name, token] of values) named.set(name, token);
  const ofConfig = { ...config, extra_special_tokens: listExtra(config) };
  const sources: Readonly<Record<string, unknown>>[] = [specialMap, ofConfig];
  // Any other field that ends so names a token of this model alone.
  for (const source of sources)
    for (const [name, token] of Object.entries(source))
      if (name.endsWith('_token') && !isKnown(name) && isGiven(token)) named.set(name, token);
  for (const extra of [ofConfig.extra_special_tokens, specialMap.extra_special_tokens])
    if (extra && !Array.isArray(extra))
      for (const [name, token] of Object.entries(extra)) if (isGiven(token)) named.set(name, token);
  const lists = [ofConfig.extra_special_tokens, specialMap.extra_special_tokens].filter((one) =>
    Array.isArray(one),
  );
  const extra = lists.length > 0 ? lists.flat() : (specialMap.additional_special_tokens ?? []);
  return { named, extra };
}

/** special_tokens_map.json counts where it is read; a field that is null there or here names no token. */
function readStandard(
  config: TokenizerConfig['config'],
  specialMap: TokenizerConfig['specialMap'],
  padToken: string | undefined,
): { values: [string, Given][]; isKnown: (name: string) => boolean } {
  const standard: ReadonlySet<string> = new Set(tokenNames);
  const values = tokenNames.flatMap((name): [string, Given][] => {
    const inMap = name in specialMap;
    const isAbsent = !inMap && !(name in config);
    const token = isAbsent && name === 'pad_token' ? padToken : inMap ? specialMap[name] : config[name];
    return token === undefined || token === null ? [] : [[name, token]];
  });
  return { values, isKnown: (name) => standard.has(name) };
}

function listExtra({
  extra_special_tokens: extra,
  additional_special_tokens: additional,
}: TokenizerConfig['config']): TokenizerConfig['config']['extra_special_tokens'] {
  const isEmpty = !extra || (Array.isArray(extra) ? extra.length === 0 : Object.keys(extra).length === 0);
  return isEmpty && additional ? additional : extra;
}

/** The tokens that the other files add, in the order of the ids that these files give them. */
function listAdded(
  { added }: TokenizerJson,
  { config, specialMap, addedIds }: TokenizerConfig,
): readonly NewToken[] {
  const fromConfig = Object.entries(config.added_tokens_decoder ?? {}).map(([id, token]) => ({
    id: Number(id),
    token: complete(token),
  }));
  const taken = new Set(added.map(({ id }) => id));
  const special = new Set(
    tokenNames.flatMap((name) => {
      const token = specialMap[name] ?? config[name];
      return token ? [textOf(token)] : [];
    }),
  );
  const older = Object.entries(addedIds)
    .filter(([, id]) => !taken.has(id))
    .map(([content, id]) => ({ id, token: complete({ content, special: special.has(content) }) }));
  return [...fromConfig, ...older].sort((one, other) => one.id - other.id).map(({ token }) => token);
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
