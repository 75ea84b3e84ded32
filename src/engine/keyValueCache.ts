import type { ModelConfig } from '../architectures/architecture';
import { cacheOutputs, type ForwardOutputs } from './forwardPass';
import { pastName } from './modelPass';
import { floatTensor, type Tensors } from './runtime';

/**
 * Keys and values of tokens that were read, each kept once however many texts continue from it. Tokens from
 * which no text continues make room for others.
 */
export class KeyValueCache {
  private readonly names: readonly string[];
  private readonly tables: readonly Float32Array[];
  private readonly numbersOfToken: number;
  private free: number[] = [];
  private used = 0;

  /** @param capacity the most tokens that are kept at a time */
  constructor(
    private readonly config: ModelConfig,
    private readonly capacity: number,
  ) {
    this.names = cacheOutputs(config);
    this.numbersOfToken = config.keyValueHeads * config.headSize;
    this.tables = this.names.map(() => new Float32Array(capacity * this.numbersOfToken));
  }

  /**
   * Stores the keys and values that a pass computed for its batch, without the padding.
   * @param outputs the cache outputs, each [batch, length, key-value heads, head size]
   * @param lengths tokens of each sequence
   * @returns for each sequence the numbers of its tokens
   */
  add(outputs: ForwardOutputs, lengths: readonly number[], length: number): number[][] {
    const places = lengths.map((own) => Array.from({ length: own }, () => this.takePlace()));
    const size = this.numbersOfToken;
    this.names.forEach((name, index) => {
      const [table, output] = [this.tables[index]!, outputs[name]!];
      places.forEach((tokens, sequence) =>
        tokens.forEach((place, i) => {
          const start = (sequence * length + i) * size;
          table.set(output.subarray(start, start + size), place * size);
        }),
      );
    });
    return places;
  }

  /** Drops all tokens but these. */
  keepOnly(texts: readonly (readonly number[])[]): void {
    const kept = new Uint8Array(this.used);
    for (const tokens of texts) for (const token of tokens) kept[token] = 1;
    this.free = [];
    for (let token = this.used - 1; token >= 0; token--) if (kept[token] === 0) this.free.push(token);
  }

  /** The inputs of a pass that continues any of the tokens. */
  get rows(): Tensors {
    const { keyValueHeads, headSize } = this.config;
    const shape = [this.used * keyValueHeads, headSize];
    return Object.fromEntries(
      this.names.map((name, index) => [
        pastName(name),
        floatTensor(this.tables[index]!.subarray(0, this.used * this.numbersOfToken), shape),
      ]),
    );
  }

  private takePlace(): number {
    const place = this.free.pop() ?? this.used++;
    if (place >= this.capacity) throw new Error(`The cache was made for ${this.capacity} tokens.`);
    return place;
  }
}
