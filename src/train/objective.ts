import type { ModelConfig } from '../architectures/architecture';
import type { RandomStream } from '../common/random';
import type { Tensors } from '../engine/runtime';
import type { Graph, Value } from '../graph/graph';
import type { PreparedSequence } from './sequences';
import { tokenInputs, type RowPlace } from './tokenInputs';
import type { Disturbance } from './update/disturbance';

/**
 * The final states of a pass, before the last norm, with the functions that turn them into predictions of the
 * model and its base.
 */
export interface FinalStates {
  readonly graph: Graph;
  readonly config: ModelConfig;
  /** States of the batch's rows, in order, [rows, hidden]. */
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

/** Something to minimise. */
export interface Loss {
  /**
   * Adds its own inputs and outputs to the graph of a pass.
   * @returns a scalar; a step minimises the sum over its passes
   */
  addLoss(states: FinalStates): Value;
}

/** The outputs of a pass other than gradients, by the names that losses gave them. */
export type PassOutputs = Readonly<Record<string, Float32Array>>;

/** The sum of a scalar output over some passes. */
export function sumOutput(passes: readonly PassOutputs[], name: string): number {
  return passes.reduce((sum, outputs) => sum + outputs[name]![0]!, 0);
}

/** The input of one pass. */
export interface Batch {
  readonly sequences: readonly PreparedSequence[];
  /** The rows whose final states are needed. */
  readonly rows: readonly RowPlace[];
  /** Inputs of the loss of the objective to which this batch belongs. */
  readonly feeds: Tensors;
}

/** A step of a run for which an objective plans its reading. */
export interface Turn {
  /** Counted from 0. */
  readonly step: number;
  /** Objectives draw from it one after another, in order. */
  readonly random: RandomStream;
  /** The most padded tokens in a pass. */
  readonly maxTokens: number;
}

/** What an objective reads in one step. */
export interface Share {
  readonly batches: readonly Batch[];
  /** What is done to the trained values before they are read. */
  readonly disturbance?: Disturbance | undefined;
  /**
   * Records what the passes reported, one for each batch.
   * @returns its loss in this step, for reports
   */
  readonly conclude: (outputs: readonly PassOutputs[]) => number;
}

/**
 * One term of the training loss, with everything that belongs to it. A pass reads a batch of one objective;
 * the losses of the others are in its graph too, with inputs that make them zero.
 */
export interface Objective extends Loss {
  /** The names of the outputs that a share's `conclude` reads. */
  readonly reports: readonly string[];
  /** Inputs of its loss that are the same in every pass. */
  readonly shared?: Tensors;
  /** Numbers that change from step to step, by name: zeros at the start of a run, changed in place, and saved with it. */
  readonly memory?: Readonly<Record<string, number[]>>;
  /** Returns the same for the same turn, as long as no step is concluded. */
  plan(turn: Turn): Share;
  /**
   * Its inputs in another objective's batch, whose first row stands in for its own with weight 0: devices
   * dislike empty tensors.
   */
  idleFeeds(batch: Batch): Tensors;
}

/** The inputs of a pass over a batch to which `others` contribute nothing, without trained values and shared inputs. */
export function passInputs(config: ModelConfig, batch: Batch, others: readonly Objective[]): Tensors {
  return Object.assign(
    {},
    tokenInputs(config, batch.sequences, batch.rows),
    batch.feeds,
    ...others.map((objective) => objective.idleFeeds(batch)),
  ) as Tensors;
}
