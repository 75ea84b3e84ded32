import type { ModelConfig } from '../architectures/architecture';
import type { Watch } from '../contract/events';
import { padWithLast } from './batches';
import { cacheOutputs, type ForwardOutputs, type ForwardPass } from './forwardPass';
import { KeyValueCache } from './keyValueCache';
import { countLongTables } from './modelPass';
import { readSharedStart } from './sharedStart';

export interface Continuation {
  /** Each prompt is continued by its own text; equal prompts are read once. */
  readonly prompts: readonly (readonly number[])[];
  readonly maxTokens: number;
  /** The scores of one prediction, [vocabulary], that `choose` receives. */
  readonly scores: 'logits' | 'probabilities';
  /** The most padded tokens that are read at once. */
  readonly tokensAtOnce: number;
  /** The most texts that are continued side by side, for texts with so many tokens of their own. */
  readonly countRows: (ownTokens: number) => number;
  /** The next token of a text, or undefined to end it. The scores are only valid during the call. */
  readonly choose: (text: number, scores: Float32Array) => number | undefined;
  /** Called after every step with the share of the work that is done, 0 to 1. */
  readonly onStep?: ((share: number) => void) | undefined;
}

/** Tokens that one or more texts share so far. */
interface Branch {
  readonly ids: readonly number[];
  /** The positions in the cache of the first of `ids`; the others have yet to be read. */
  readonly read: readonly number[];
  /** The texts that continue from it. */
  readonly texts: readonly number[];
}

/**
 * Continues prompts token by token, keeping keys and values. A text that ends leaves the batch and a waiting
 * one takes its place; texts that are equal so far are read once.
 * @throws Cancelled.
 */
export async function continueTexts(
  pass: ForwardPass,
  config: ModelConfig,
  continuation: Continuation,
  watch?: Watch,
): Promise<void> {
  const { prompts, maxTokens } = continuation;
  if (maxTokens < 1) return;
  const done = new Float64Array(prompts.length);
  // Beyond some length keys turn by other frequencies: only texts of one length reach it in the same step.
  const isTurning = countLongTables(config, Infinity) > 0;
  const groups = groupBy([...prompts.keys()], (text) => (isTurning ? prompts[text]!.length : 0));
  for (const texts of groups.values()) await new Decoding(pass, config, continuation, texts, done).run(watch);
}

class Decoding {
  private waiting: readonly number[];

  /**
   * @param texts the texts that are continued here
   * @param done the share done of each text of the whole continuation
   */
  constructor(
    private readonly pass: ForwardPass,
    private readonly config: ModelConfig,
    private readonly continuation: Continuation,
    texts: readonly number[],
    private readonly done: Float64Array,
  ) {
    this.waiting = texts;
  }

  async run(watch?: Watch): Promise<void> {
    const { prompts, maxTokens, countRows } = this.continuation;
    const asked = this.waiting.map((text) => {
      const ids = prompts[text]!;
      return { ids, positions: [ids.length - 1] };
    });
    const start = await readSharedStart(this.pass, this.config, asked, watch);
    const unread = asked.reduce((most, { ids }) => Math.max(most, ids.length), 0) - start.length;
    const room = Math.min(countRows(unread + maxTokens), asked.length);
    const cache = new KeyValueCache(this.config, start.length + room * (unread + maxTokens));
    const read = start.addTo(cache);
    let active: Branch[] = [];
    const step = async (others: readonly Branch[], branches: readonly Branch[]): Promise<void> => {
      active = [...others, ...(await this.step(branches, cache, watch))];
      cache.keepOnly([read, ...active.map((branch) => branch.read)]);
    };
    while (active.length + this.waiting.length > 0) {
      let fresh = this.admit(room - countTexts(active), read);
      // Long prompts are read separately, as many as fit into a batch; a single unread token goes along with
      // the others.
      for (; fresh.length > 0 && unread > 1; fresh = this.admit(room - countTexts(active), read))
        await step(active, fresh);
      if (active.length + fresh.length > 0) await step([], [...active, ...fresh]);
    }
  }

  /** Admits waiting texts: so many, but no more than a batch can read at once. */
  private admit(room: number, read: readonly number[]): Branch[] {
    const { prompts, tokensAtOnce } = this.continuation;
    const longest = this.waiting.reduce((most, text) => Math.max(most, prompts[text]!.length), 0);
    const unread = longest - read.length;
    const admitted = this.waiting.slice(0, Math.min(room, Math.max(1, Math.floor(tokensAtOnce / unread))));
    this.waiting = this.waiting.slice(admitted.length);
    return [...groupBy(admitted, (text) => prompts[text]!.join()).values()].map((texts) => ({
      ids: prompts[texts[0]!]!,
      read,
      texts,
    }));
  }

  /** Reads the unread tokens of these branches and returns the branches in which their texts continue. */
  private async step(
    branches: readonly Branch[],
    cache: KeyValueCache,
    watch: Watch | undefined,
  ): Promise<Branch[]> {
    const { scores, onStep } = this.continuation;
    const unread = branches.map(({ ids, read }) => ids.slice(read.length));
    const lengths = unread.map((ids) => ids.length);
    const length = Math.max(...lengths);
    const batch = {
      ids: padWithLast(unread, length),
      batch: unread.length,
      length,
      rows: lengths.map((own, row) => row * length + own - 1),
      past: { rows: cache.rows, tokens: branches.map(({ read }) => read) },
    };
    let outputs: ForwardOutputs = {};
    const outputNames = [scores, ...cacheOutputs(this.config)];
    await this.pass.run([batch], outputNames, (_, found) => (outputs = found), watch);
    const places = cache.add(outputs, lengths, length);
    const found = outputs[scores]!;
    const going = branches.flatMap(({ ids, read, texts }, row) => {
      const own = found.subarray(row * this.config.vocabularySize, (row + 1) * this.config.vocabularySize);
      return this.extend({ ids, read: [...read, ...places[row]!], texts }, own);
    });
    onStep?.(this.done.reduce((sum, share) => sum + share, 0) / this.done.length);
    return going;
  }

  /** The branches into which a branch divides by the next tokens of its texts. */
  private extend({ ids, read, texts }: Branch, scores: Float32Array): Branch[] {
    const { maxLength } = this.config;
    const going = texts.flatMap((text) => {
      const next = this.chooseNext(text, ids.length, scores);
      return next === undefined ? [] : [{ text, next }];
    });
    if (ids.length + 1 >= maxLength) return [];
    // Where the keys so far were turned by other frequencies, everything is read again.
    const isTurned =
      countLongTables(this.config, ids.length + 1) !== countLongTables(this.config, ids.length);
    return [...groupBy(going, ({ next }) => next)].map(([next, own]) => ({
      ids: [...ids, next],
      read: isTurned ? [] : read,
      texts: own.map(({ text }) => text),
    }));
  }

  /** Undefined where a text ends, by its choice or by its length, `length` before this token. */
  private chooseNext(text: number, length: number, scores: Float32Array): number | undefined {
    const { prompts, maxTokens, choose } = this.continuation;
    const next = choose(text, scores);
    const own = length - prompts[text]!.length + 1;
    const isOver = next === undefined || own >= maxTokens;
    this.done[text] = isOver ? 1 : own / maxTokens;
    return isOver ? undefined : next;
  }
}

function countTexts(branches: readonly Branch[]): number {
  return branches.reduce((count, { texts }) => count + texts.length, 0);
}

function groupBy<Item, Name>(items: readonly Item[], nameOf: (item: Item) => Name): Map<Name, Item[]> {
  const groups = new Map<Name, Item[]>();
  for (const item of items) {
    const name = nameOf(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}
