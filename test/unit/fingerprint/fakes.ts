import { isControlName } from '../../../src/checkpoint/tokenizer/controlTokens';
import type { Tokenizer } from '../../../src/checkpoint/tokenizer/tokenizer';
import { onCpu } from '../../../src/contract/devices';
import type { LanguageModel } from '../../../src/engine/languageModel';
import type { KeySetRequest } from '../../../src/fingerprint/drawing/keySetDrawing';

/** Small deterministic stand-ins: a word tokenizer and a model whose logits are a hash of the last two tokens. */

const specials = ['<begin>', '<turn>', '<user>', '<assistant>', '\n'];
const beginId = 0;
const turnId = 1;

const syllables = ['ba', 'ke', 'lo', 'mi', 'nu', 'ra', 'ti', 'zo', 'fe', 'gu', 'pa', 'vi'];
const invented = syllables.flatMap((first) => syllables.map((second) => ` ${first}${second}x`));
const functionTokens = [' the', ' and', ' of', ' to', ' is', ' she'];
const oddTokens = ['?', '.', ',', ' 42', ' ga', 'me', ' game', ' a', 'ing', ' X', '  ', ' two words'];

export const fakeVocabulary: readonly string[] = [...specials, ...invented, ...functionTokens, ...oddTokens];

export function findToken(text: string): number {
  const id = fakeVocabulary.indexOf(text);
  if (id < 0) throw new Error(`no token ${JSON.stringify(text)}`);
  return id;
}

/** @param vocabulary begins with VOCABULARY; tokens behind it that are named like control tokens are not declared special */
export function createFakeTokenizer(
  kind: 'chat' | 'text',
  vocabulary: readonly string[] = fakeVocabulary,
): Tokenizer {
  const longestFirst = vocabulary
    .map((text, id) => ({ text, id }))
    .sort((left, right) => right.text.length - left.text.length);
  const encode = (text: string): number[] => {
    const ids: number[] = [];
    for (let at = 0; at < text.length;) {
      const token = longestFirst.find((entry) => text.startsWith(entry.text, at));
      if (token) ids.push(token.id);
      at += token?.text.length ?? 1;
    }
    return ids;
  };
  const render = (messages: readonly { role: string; content: string }[]) =>
    messages.map(({ role, content }) => `<${role}>\n ${content}<turn>`).join('') + '<assistant>\n';
  return {
    vocabularySize: vocabulary.length,
    beginIds: kind === 'text' ? [beginId] : [],
    endIds: [turnId],
    specialIds: new Set([0, 1, 2, 3]),
    controlIds: new Set(vocabulary.flatMap((name, id) => (isControlName(name) ? [id] : []))),
    byteIds: new Set(),
    encode,
    decode: (ids: readonly number[]) => ids.map((id) => vocabulary[id] ?? '').join(''),
    chat: kind === 'chat' ? { render, rendering: { template: 'fake' } } : undefined,
  } as unknown as Tokenizer;
}

interface FakeModelOptions {
  /** Logit of the question mark, behind which a turn ends; the others are between 0 and 8. */
  readonly askLogit?: number;
  /** The token that ends a turn. */
  readonly endId?: number;
  readonly vocabulary?: readonly string[];
  /** Overrides of the logits after a token. */
  readonly bias?: (id: number, last: number) => number;
}

export function createFakeModel({
  askLogit = -20,
  endId = turnId,
  vocabulary = fakeVocabulary,
  bias = () => 0,
}: FakeModelOptions = {}): LanguageModel {
  const ask = findToken('?');
  const known = new Map<number, Float32Array>();
  const computeLogits = (ids: readonly number[]) => {
    const [last, before] = [ids.at(-1) ?? 0, ids.at(-2) ?? 0];
    const place = last * vocabulary.length + before;
    const logits =
      known.get(place) ??
      Float32Array.from(vocabulary, (_, id) => {
        if (last === ask && id === endId) return 40;
        if (id === ask) return askLogit;
        return id < specials.length ? -20 : 8 * hash(last, before, id) + bias(id, last);
      });
    known.set(place, logits);
    return logits;
  };
  return {
    vocabularySize: vocabulary.length,
    hiddenSize: 1,
    maxLength: 64,
    visitRows(sequences, visit) {
      sequences.forEach(({ ids, positions }, sequence) => {
        for (const position of positions) {
          const logits = computeLogits(ids.slice(0, position + 1));
          visit({ sequence, position, logits, hidden: new Float32Array(1) });
        }
      });
      return Promise.resolve();
    },
    sample({ prompt, count, maxTokens, temperature, stopIds, random }) {
      const drawOne = () => {
        const ids: number[] = [];
        const logProbabilities: number[] = [];
        while (ids.length < maxTokens) {
          const logits = computeLogits([...prompt, ...ids]);
          const next = draw(logits, temperature, random.nextFloat());
          if (stopIds.includes(next)) return { ids, logProbabilities, ended: true };
          ids.push(next);
          logProbabilities.push(logits[next]! - Math.log(sumWeights(logits, 1).at(-1)!));
        }
        return { ids, logProbabilities, ended: false };
      };
      return Promise.resolve(Array.from({ length: count }, drawOne));
    },
    continueGreedily(prompts, maxTokens, stopIds) {
      const continueOne = (prompt: readonly number[]) => {
        const ids: number[] = [];
        while (ids.length < maxTokens) {
          const logits = computeLogits([...prompt, ...ids]);
          const next = logits.indexOf(Math.max(...logits));
          if (stopIds.includes(next)) break;
          ids.push(next);
        }
        return ids;
      };
      return Promise.resolve(prompts.map(continueOne));
    },
    close: () => Promise.resolve(),
  };
}

export const fixedSeed = Uint8Array.from({ length: 32 }, (_, index) => index);

export const silentWatch = { report: () => undefined };

/** A request that small fakes fulfil quickly. */
export function createRequest(overrides: Partial<KeySetRequest> = {}): KeySetRequest {
  return {
    model: createFakeModel(),
    tokenizer: createFakeTokenizer('text'),
    seed: fixedSeed,
    count: 6,
    responseLength: 1,
    base: { name: 'fake', digest: 'a'.repeat(64), tokenizerDigest: 'b'.repeat(64) },
    placement: onCpu,
    toolVersion: '0.0.0',
    createdAt: '2026-01-01T00:00:00.000Z',
    neutralCount: 8,
    ...overrides,
  };
}

function draw(logits: Float32Array, temperature: number, chance: number): number {
  const sums = sumWeights(logits, temperature);
  const target = chance * sums.at(-1)!;
  return sums.findIndex((sum) => sum > target);
}

const knownSums = new WeakMap<Float32Array, Map<number, Float64Array>>();

function sumWeights(logits: Float32Array, temperature: number): Float64Array {
  const known = knownSums.get(logits) ?? new Map<number, Float64Array>();
  knownSums.set(logits, known);
  let total = 0;
  const sums =
    known.get(temperature) ?? Float64Array.from(logits, (logit) => (total += Math.exp(logit / temperature)));
  known.set(temperature, sums);
  return sums;
}

/** A number in [0, 1) that looks random. */
function hash(...values: readonly number[]): number {
  let state = 0x9e3779b9;
  for (const value of values) {
    state = Math.imul(state ^ (value + 0x7f4a7c15), 0x85ebca6b);
    state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
    state ^= state >>> 16;
  }
  return (state >>> 0) / 2 ** 32;
}
