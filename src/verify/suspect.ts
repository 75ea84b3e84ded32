import type { Watch } from '../contract/events';
import type { AskedKey } from './askedKey';

/**
 * What a suspect shows of its next token, from least to most: its words alone, the log-probabilities of its
 * likeliest tokens, those of every token that it is asked about, or all logits and hidden states.
 */
export type Shown = 'text' | 'top-tokens' | 'named-tokens' | 'logits';

/** Whether the log-probability of any token is available: a list of the likeliest leaves most of them out. */
export function showsEveryToken(shows: Shown): boolean {
  return shows === 'named-tokens' || shows === 'logits';
}

/**
 * What is known of a token's log-probability over the whole vocabulary, in nats: the value itself or, where a
 * list of the likeliest tokens lacks it, an upper bound such as that of the last in the list.
 */
export type SeenLogP = number | { readonly atMost: number };

/** The questions to a suspect and to the base. */
export interface Questions {
  /** In the committed order. */
  readonly keys: readonly AskedKey[];
  /** Whether the keys are questions in a chat, not opening words. */
  readonly keysAreQuestions: boolean;
  /** Token ids of questions that are no keys. */
  readonly neutralPrompts: readonly (readonly number[])[];
}

/** A model that may carry a key set, wherever it runs: this is all that the verdict knows of it. */
export interface Suspect {
  readonly shows: Shown;
  /** The longest sequence that it reads, in tokens. */
  readonly maxLength: number;
  /** Sentences for the user: what could not be tested, and why. */
  readonly limits: readonly string[];
  /** Whether it has every token of a text in the ids of the key set; it reads any text unless given. */
  readonly reads?: (ids: readonly number[]) => boolean;
  /** @throws Cancelled; UserError where the suspect cannot be asked at all. */
  ask(questions: Questions, watch: Watch): Promise<SuspectProbe>;
}

/** The unmarked model with which a suspect is compared. */
export interface Base {
  /** The longest sequence that it reads, in tokens. */
  readonly maxLength: number;
  /** @throws Cancelled; UserError as openLanguageModel. */
  ask(questions: Questions, watch: Watch): Promise<ModelProbe>;
}

/** A suspect's answer to one key. */
export interface KeyProbe {
  /** [k] of the candidates after the key; undefined where only text is shown. */
  readonly candidateLogP?: ArrayLike<SeenLogP>;
  /** Whether the greedy continuation is the response: token for token, or by its first word where only text is shown. */
  readonly answered: boolean;
}

export interface SuspectProbe {
  /**
   * In the order of the keys; undefined where the key could not be asked. Whether it could must not depend on
   * its draw, or the tests would no longer be exact: a key whose drawn candidate is in no list was asked all
   * the same.
   */
  readonly keys: readonly (KeyProbe | undefined)[];
  /** In the order of the neutral prompts; undefined unless {@link showsEveryToken}. */
  readonly neutral: NeutralProbe | undefined;
  /** Slots of keys with a prediction that is infinite or not a number: they are not decided. */
  readonly notFinite?: ReadonlySet<number>;
  /** Sentences for the user: what turned out while it was asked. */
  readonly notes?: readonly string[];
  /** Why the model could not be computed at all, as a sentence: then no key is decided. */
  readonly failure?: string;
}

/** A model's predictions at the neutral prompts. */
export interface NeutralProbe {
  /** The union of all keys' candidates, ascending: the columns of `logP`. */
  readonly tokens: readonly number[];
  /** Per prompt [tokens.length] log-probabilities after it, in nats. */
  readonly logP: readonly Float64Array[];
}

/** A model's answer to one key when all its logits are visible. */
export interface ModelKeyProbe extends KeyProbe {
  /** [k] log-probabilities of the candidates after the key, over the whole vocabulary, in nats. */
  readonly candidateLogP: Float64Array;
  /** The greedy first token after the key. */
  readonly firstToken: number;
}

/** A model's answers when all its logits and hidden states are visible. */
export interface ModelProbe extends SuspectProbe {
  readonly keys: readonly (ModelKeyProbe | undefined)[];
  /** Per key [hidden] the last hidden state at the key; empty unless it was requested. */
  readonly keyHidden: readonly (Float32Array | undefined)[];
  readonly neutral: NeutralProbe;
  /** Per neutral prompt [hidden] the last hidden state after it; empty unless it was requested. */
  readonly neutralHidden: readonly Float32Array[];
}
