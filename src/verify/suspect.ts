/** What one model says at one key. */
export interface KeyProbe {
  /** [k] log-probabilities of the candidates after the key, over the whole vocabulary, in nats. */
  readonly candidateLogP: Float64Array;
  /** Whether the greedy continuation equals the response, token for token. */
  readonly answered: boolean;
  /** The greedy first token after the key. */
  readonly firstToken: number;
}

/** What one model says at the neutral prompts: questions that are no keys. */
export interface NeutralProbe {
  /** The union of all keys' candidates, ascending: the columns of `logP`. */
  readonly tokens: readonly number[];
  /** Per prompt [tokens.length] log-probabilities after it, in nats. */
  readonly logP: readonly Float64Array[];
  /** Per prompt [hidden] the last hidden state; empty unless it was asked for. */
  readonly hidden: readonly Float32Array[];
}

export interface ModelProbe {
  /** In the order of the keys; undefined where the key is longer than the model can read. */
  readonly keys: readonly (KeyProbe | undefined)[];
  /** Per key [hidden] the last hidden state at the key; empty unless it was asked for. */
  readonly keyHidden: readonly (Float32Array | undefined)[];
  /** In the order of the neutral prompts. */
  readonly neutral: NeutralProbe;
}
