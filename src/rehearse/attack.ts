import type { Checkpoint } from '../checkpoint/checkpoint';
import type { Tokenizer } from '../checkpoint/tokenizer/tokenizer';
import type { Placement } from '../contract/devices';
import type { Watch } from '../contract/events';
import type { LoadedModel } from '../engine/loadedModel';
import type { Parameter } from '../engine/parameters';

/** An opened checkpoint, as far as an attack needs it. */
export interface RehearsedModel {
  readonly checkpoint: Checkpoint;
  readonly loaded: LoadedModel;
  readonly tokenizer: Tokenizer;
}

/** What a thief has. An attack never sees a key, a response or a candidate. */
export interface Loot {
  /** The unmarked model. */
  readonly base: RehearsedModel;
  /** The copy that is attacked. It is not changed. */
  readonly marked: RehearsedModel;
  /** A fine-tune of the base by somebody else, to merge with; the base where there is none. */
  readonly other: RehearsedModel;
  /** Token ids of ordinary texts, begin token included; none of them is measured later. */
  readonly texts: readonly (readonly number[])[];
  readonly placement: Placement;
  /** 32 bytes. The same seed gives the same attack. */
  readonly seed: Uint8Array;
}

/** One parameter of the marked model, and what an attack may read of it in the other models. */
export interface AttackedTensor extends Parameter {
  /** [product of the shape] in float32. An attack does not change them. */
  readonly values: Float32Array;
  /** The base's values, in the same shape. */
  readonly readBase: () => Promise<Float32Array>;
  /** Those of the model that is merged with. */
  readonly readOther: () => Promise<Float32Array>;
}

/** The values of a tensor after an attack; the given ones themselves where it leaves them alone. */
export type ChangeTensor = (tensor: AttackedTensor) => Float32Array | Promise<Float32Array>;

/** Changes tensors one by one, without training. */
export interface WeightAttack {
  readonly kind: 'weights';
  /**
   * Learns what it needs of the models, such as the sizes of a matrix's inputs, before any tensor is changed.
   * @throws Cancelled; UserError as openLanguageModel.
   */
  readonly plan: (loot: Loot, watch: Watch) => ChangeTensor | Promise<ChangeTensor>;
}

/** A text that is asked: a key or a neutral prompt. */
export interface AskedText {
  readonly text: string;
  /** What the model reads, begin token and template included. */
  readonly ids: readonly number[];
}

/** How a host answers with a marked model. What is absent is as the model does it: the text as it is, its likeliest word. */
export interface Host {
  /** What the model reads instead of a text, each with the same weight. */
  readonly reword?: (asked: AskedText) => readonly (readonly number[])[];
  /** Whether the host refuses to answer; the index is that among all texts that the host was planned for. */
  readonly refuses?: (index: number) => boolean;
  /** Whether it draws its words: then ordinary answers differ as they would without a mark. */
  readonly isDrawing?: true;
  /**
   * The probability that the host says a token, 0 to 1.
   * @param logits [vocabulary] raw logits of the model. They are not changed. @param step 0 for the first token of an answer.
   */
  readonly chanceOf?: (logits: Float32Array, token: number, step: number) => number;
}

/** Leaves the weights alone and changes what is asked or answered. */
export interface AnswerAttack {
  readonly kind: 'answers';
  /** @param texts all that will be asked, in order; the host does not know which are keys. */
  readonly plan: (loot: Loot, texts: readonly AskedText[], watch: Watch) => Host | Promise<Host>;
}

/** Trains the marked model, or a student on it. */
export interface TrainingAttack {
  readonly kind: 'training';
  /**
   * Writes the whole checkpoint folder `out`, which does not exist, in the number types and with the tokens of the
   * marked model.
   * @param onShare called with the share of the work done, 0 to 1; phases of its own would hide how far the whole is.
   * @throws Cancelled; UserError as writeCheckpoint and the engine.
   */
  readonly train: (loot: Loot, out: string, watch: Watch, onShare: (share: number) => void) => Promise<void>;
}

/** Publishes the same model with other numbers for its tokens, so that it is asked as a stranger's folder. */
export interface TokenAttack {
  readonly kind: 'tokens';
  /**
   * Writes the whole checkpoint folder `out`, which does not exist.
   * @throws Cancelled; UserError as writeCheckpoint.
   */
  readonly write: (loot: Loot, out: string, watch: Watch) => Promise<void>;
}

export type Attack = WeightAttack | AnswerAttack | TrainingAttack | TokenAttack;
