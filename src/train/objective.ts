import type { ModelConfig } from '../architectures/architecture';
import type { RandomStream } from '../common/random';
import type { Tensors } from '../engine/runtime';
import type { Graph, Value } from '../graph/graph';
import type { PreparedSequence } from './sequences';
import { tokenInputs, type RowPlace } from './tokenInputs';

/** The final states of a pass, before the last norm, and what the model and its base make of them. */
export interface FinalStates {
  readonly graph: Graph;
  readonly config: ModelConfig;
  /** Those of the batch's rows, in their order, [rows, hidden]. */
  readonly rows: Value;
  /** The model's last norm, [n, hidden] → [n, hidden]. */
  readonly norm: (states: Value) => Value;
  /** The model's predictions, normed states [n, hidden] → logits [n, vocabulary]. */
  readonly logits: (normed: Value) => Value;
  /**
   * The same by the base's own output matrix, even where that is trained, and a share (a scalar) of what was added to it before
   * the first step: with 0 the base's predictions, with 1 those with which training begins.
   */
  readonly baseLogits: (normed: Value, share: Value) => Value;
}

/** Something to be made small. */
export interface Loss {
  /**
   * Adds its own inputs and outputs to the graph of a pass.
   * @returns a scalar, of which a step makes the sum over its passes small
   */
  addLoss(states: FinalStates): Value;
}

/** What a pass gives besides gradients, by the names under which losses put it out. */
export type PassOutputs = Readonly<Record<string, Float32Array>>;

/** The sum of a scalar output over some passes. */
export function sumOutput(passes: readonly PassOutputs[], name: string): number {
  return passes.reduce((sum, outputs) => sum + outputs[name]![0]!, 0);
}

/** What one pass reads. */
export interface Batch {
  readonly sequences: readonly PreparedSequence[];
  /** The rows whose final states are wanted. */
  readonly rows: readonly RowPlace[];
  /** Inputs of the loss of the objective whose batch this is. */
  readonly feeds: Tensors;
}

/** At which step of a run an objective is asked what it wants to read. */
export interface Turn {
  /** Counted from 0. */
  readonly step: number;
  /** Objectives draw from it one after another, in their order. */
  readonly random: RandomStream;
  /** Padded tokens of a pass, at most. */
  readonly maxTokens: number;
}

/** What an objective reads in one step. */
export interface Share {
  readonly batches: readonly Batch[];
  /** Takes note of what the passes reported, one for each batch. @returns its loss in this step, for reports */
  readonly conclude: (outputs: readonly PassOutputs[]) => number;
}

/**
 * What a model is trained for: a term of the loss, with everything that belongs to it. A pass reads a batch of one objective;
 * the losses of the others are in its graph too, and get inputs with which they come to nothing.
 */
export interface Objective extends Loss {
  /** The names of the outputs from which a share concludes. */
  readonly reports: readonly string[];
  /** Inputs of its loss that are the same in every pass. */
  readonly shared?: Tensors;
  /** Numbers that change from step to step, by name: zeros at the start of a run, changed in place, and saved with it. */
  readonly memory?: Readonly<Record<string, number[]>>;
  /** The same for the same turn, as long as no step is concluded. */
  plan(turn: Turn): Share;
  /** The same in another's batch, whose first row stands for its own with weight 0: devices dislike empty tensors. */
  idleFeeds(batch: Batch): Tensors;
}

/** The inputs of a pass over a batch, of which `others` want nothing; without trained values and what all passes share. */
export function passInputs(config: ModelConfig, batch: Batch, others: readonly Objective[]): Tensors {
  return Object.assign(
    {},
    tokenInputs(config, batch.sequences, batch.rows),
    batch.feeds,
    ...others.map((objective) => objective.idleFeeds(batch)),
  ) as Tensors;
}
