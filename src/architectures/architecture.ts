import type { Value } from '../graph/graph';
import type { RawConfig } from './parseConfig';
import type { Pass } from './pass';
import type { RotaryTable } from './rotaryTable';

/** What code that does not know the family reads of its config. */
export interface ModelConfig {
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly layerCount: number;
  /** Longest sequence that the positions were trained for, in tokens. */
  readonly maxLength: number;
  /** Key-value heads and their size: the shape of a layer's cache. */
  readonly keyValueHeads: number;
  readonly headSize: number;
  /** Whether the output matrix is the embedding matrix. */
  readonly tied: boolean;
  /** Rotary tables by their names in the family's formula. */
  readonly rotaryTables: Readonly<Record<string, RotaryTable>>;
  /** Attention masks by name: how many positions back a token sees, itself included (undefined: all). */
  readonly windows: Readonly<Record<string, number | undefined>>;
}

/** Where a checkpoint may store a parameter instead of under its own name. */
export interface StoredPlace {
  readonly name: string;
  /**
   * Where the parameter is one piece of a larger tensor: that tensor's shape, and how many of its values come
   * before the piece, which is contiguous.
   */
  readonly within?: { readonly shape: readonly number[]; readonly before: number };
}

/**
 * A model family: its config and its formula. Hidden states are [tokens, hidden], one sequence of a batch
 * after another. The formula itself defines the names and shapes of the parameters: a pass that only records
 * the requests lists them.
 */
export interface Architecture<Config extends ModelConfig = ModelConfig> {
  /** `model_type` values of config.json. */
  readonly modelTypes: readonly string[];
  /** Prefix of a whole model's parameter names; a checkpoint saved without its output matrix lacks it. */
  readonly prefix: string;
  /** The embedding and the output matrix; where they are one matrix, it may be stored under either name. */
  readonly tiedNames: readonly [embedding: string, output: string];
  /** Other places of a parameter with this shape, the likeliest first; none unless given. */
  otherPlaces?(config: Config, name: string, shape: readonly number[]): readonly StoredPlace[];
  /** @throws UserError `unsupported-config` for a variant that this formula does not cover. */
  readConfig(raw: RawConfig): Config;
  /** Whether a layer's MLP reads only the result of its attention, not what entered the layer. */
  mlpFollowsAttention(config: Config): boolean;
  /** ids [batch, length] → [tokens, hidden]. */
  embed(pass: Pass, config: Config, ids: Value): Value;
  layer(pass: Pass, config: Config, index: number, hidden: Value): Value;
  finalNorm(pass: Pass, config: Config, hidden: Value): Value;
  /** Normed states [rows, hidden] → logits [rows, vocabulary]. */
  logits(pass: Pass, config: Config, normed: Value): Value;
}
