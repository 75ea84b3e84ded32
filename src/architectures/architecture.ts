import type { Value } from '../graph/graph';
import type { RawConfig } from './parseConfig';
import type { Pass } from './pass';
import type { RotaryTable } from './rotaryTable';

/** What every family's config comes down to for the code that does not know the family. */
export interface ModelConfig {
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly layerCount: number;
  /** Longest sequence the positions were trained for, in tokens. */
  readonly maxLength: number;
  /** Key-value heads and their size: the shape of a layer's cache. */
  readonly keyValueHeads: number;
  readonly headSize: number;
  /** Whether the output matrix is the embedding matrix. */
  readonly tied: boolean;
  /** Rotary tables by the name under which the family's formula asks for them. */
  readonly rotaryTables: Readonly<Record<string, RotaryTable>>;
  /** Attention masks by name: how many positions back a token sees, itself included (undefined: all). */
  readonly windows: Readonly<Record<string, number | undefined>>;
}

/**
 * A model family: its config and its formula. Hidden states are [tokens, hidden], all sequences of a batch one after
 * another. The shapes and names of the parameters follow from the formula itself: a pass that only records what is asked
 * for lists them.
 */
export interface Architecture<Config extends ModelConfig = ModelConfig> {
  /** `model_type` values of config.json. */
  readonly modelTypes: readonly string[];
  /** What the names of a whole model's parameters begin with; a checkpoint saved without its output matrix leaves it out. */
  readonly prefix: string;
  /** The embedding and the output matrix; where they are one, it may be stored under either name. */
  readonly tiedNames: readonly [embedding: string, output: string];
  /** @throws UserError `unsupported-config` for a variant whose formula is not written here. */
  readConfig(raw: RawConfig): Config;
  /** Whether a layer's MLP reads what its attention gave, and nothing of what came before. */
  mlpFollowsAttention(config: Config): boolean;
  /** ids [batch, length] → [tokens, hidden]. */
  embed(pass: Pass, config: Config, ids: Value): Value;
  layer(pass: Pass, config: Config, index: number, hidden: Value): Value;
  finalNorm(pass: Pass, config: Config, hidden: Value): Value;
  /** Normed states [rows, hidden] → logits [rows, vocabulary]. */
  logits(pass: Pass, config: Config, normed: Value): Value;
}
