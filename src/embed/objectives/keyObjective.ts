import type { RandomStream } from '../../common/random';
import { floatTensor, intTensor, type Tensors } from '../../engine/runtime';
import { countSharedTokens } from '../../engine/sharedStart';
import type { Value } from '../../graph/graph';
import {
  gatherRows,
  maxLast,
  multiply,
  oneHot,
  relu,
  scale,
  subtract,
  sumAll,
  sumLast,
} from '../../graph/operators';
import { crossEntropy } from '../../train/losses';
import {
  sumOutput,
  type Batch,
  type FinalStates,
  type Objective,
  type PassOutputs,
  type Share,
  type Turn,
} from '../../train/objective';
import { groupAlike } from '../../train/passes';
import type { PreparedSequence } from '../../train/sequences';
import type { Trainer } from '../../train/trainer';
import type { Recipe } from '../../contract/recipe';
import { KeyTurns } from './keyTurns';

/** A key as a pass reads it: its ids followed by the response, whose tokens are predicted at the last rows. */
export interface PreparedKey {
  readonly sequence: PreparedSequence;
  readonly response: readonly number[];
}

/** The state of a set's keys: the margin of every response token over the runner-up, in nats. */
export interface KeyMargins {
  /** A key's smallest margin; positive when it is answered. */
  readonly margins: readonly number[];
  readonly recall: number;
}

interface KeyBatch extends Batch {
  /** Indices of its keys. */
  readonly keys: readonly number[];
}

/**
 * Every key is answered with its response. Inputs of the loss: the keys' rows among those of the pass,
 * `key.rows` [keys], their `key.targets` [keys] and `key.weights` [keys, 1]. It reports `key.margins` [keys,
 * 1], and `key.loss` summed with the weights.
 */
export class KeyObjective implements Objective {
  readonly reports = ['key.margins', 'key.loss'];
  readonly memory: { dueAt: number[] };
  private readonly turns: KeyTurns;

  constructor(
    private readonly keys: readonly PreparedKey[],
    private readonly recipe: Pick<Recipe, 'keyLoss' | 'margin' | 'keyBatch'>,
  ) {
    this.turns = new KeyTurns(keys.length);
    this.memory = { dueAt: this.turns.dueAt };
  }

  get count(): number {
    return this.keys.length;
  }

  addLoss({ graph, rows, norm, logits }: FinalStates): Value {
    const { keyLoss, margin } = this.recipe;
    const own = gatherRows(rows, graph.input('key.rows', 'int64', ['keys']));
    const found = logits(norm(own));
    const targets = graph.input('key.targets', 'int64', ['keys']);
    const weights = graph.input('key.weights', 'float32', ['keys', 1]);
    const margins = marginsOf(found, targets);
    const loss =
      keyLoss === 'margin'
        ? marginLoss(margins, graph.scalar(margin), weights)
        : crossEntropy(found, targets, weights);
    graph.output('key.margins', margins);
    graph.output('key.loss', loss);
    return loss;
  }

  idleFeeds(): Tensors {
    return keyFeeds([0], [0]);
  }

  plan({ step, random, maxTokens }: Turn): Share {
    const batches = this.batches(this.take(step, random), 1 / this.batchSize, maxTokens);
    return {
      batches,
      conclude: (outputs) => {
        batches.forEach((batch, i) => this.settle(batch, step, outputs[i]!));
        return sumOutput(outputs, 'key.loss');
      },
    };
  }

  /** Indices of the keys whose turn it is in a step. */
  take(step: number, random: RandomStream): number[] {
    return this.turns.take(step, this.batchSize, random);
  }

  /** The margins of every key with the present values. */
  async measure(trainer: Trainer): Promise<KeyMargins> {
    const batches = this.batches([...this.keys.keys()], 1, trainer.maxTokens);
    const outputs = await trainer.measure(this, batches, ['key.margins']);
    const margins = new Array<number>(this.count).fill(0);
    batches.forEach((batch, i) => {
      const found = this.smallestMargins(batch, outputs[i]!);
      batch.keys.forEach((key, j) => (margins[key] = found[j]!));
    });
    return { margins, recall: margins.filter((margin) => margin > 0).length / margins.length };
  }

  /** Groups keys of similar length: every response token is a row, and a key's rows share its weight. */
  batches(indices: readonly number[], weight: number, maxTokens: number): KeyBatch[] {
    const lengthOf = (key: number): number => this.keys[key]!.sequence.ids.length;
    const shared = countSharedStart(this.keysOf(indices));
    return groupAlike(indices, lengthOf, maxTokens, shared).map((part) => {
      const keys = this.keysOf(part);
      return {
        keys: part,
        sequences: keys.map(({ sequence }) => sequence),
        rows: keys.flatMap(({ sequence, response }, member) =>
          response.map((_, i) => ({ member, position: sequence.ids.length - response.length + i })),
        ),
        feeds: keyFeeds(
          keys.flatMap(({ response }) => response),
          keys.flatMap(({ response }) => response.map(() => weight / response.length)),
        ),
      };
    });
  }

  private get batchSize(): number {
    return Math.min(this.recipe.keyBatch, this.count);
  }

  /** A key's result in a pass decides when it is due again. */
  private settle(batch: KeyBatch, step: number, outputs: PassOutputs): void {
    const { keyLoss, margin: target } = this.recipe;
    this.smallestMargins(batch, outputs).forEach((margin, i) =>
      this.turns.settle(batch.keys[i]!, step, keyLoss === 'margin' && margin > target),
    );
  }

  /** The smallest margin of each key; the outputs hold the margins of all response tokens in order. */
  private smallestMargins({ keys }: KeyBatch, outputs: PassOutputs): number[] {
    const margins = outputs['key.margins']!;
    let row = 0;
    return this.keysOf(keys).map(({ response }) =>
      Math.min(...margins.subarray(row, (row += response.length))),
    );
  }

  private keysOf(indices: readonly number[]): PreparedKey[] {
    return indices.map((key) => this.keys[key]!);
  }
}

/** The keys' rows are the first of the pass. */
function keyFeeds(targets: readonly number[], weights: readonly number[]): Tensors {
  const count = targets.length;
  return {
    'key.rows': intTensor([...targets.keys()], [count]),
    'key.targets': intTensor(targets, [count]),
    'key.weights': floatTensor(Float32Array.from(weights), [count, 1]),
  };
}

/** The number of tokens that all keys begin with, where each token of a pass is kept once. */
function countSharedStart(keys: readonly PreparedKey[]): number {
  if (!keys[0]?.sequence.states) return 0;
  return countSharedTokens(
    keys.map(({ sequence: { ids }, response }) => ({ ids, positions: [ids.length - response.length] })),
  );
}

/** How far each target's logit is above the largest other one, [rows, 1]; negative where another word wins. */
export function marginsOf(logits: Value, targets: Value): Value {
  const isTarget = oneHot(targets, logits);
  const withoutTarget = subtract(logits, scale(isTarget, 1e9));
  return subtract(sumLast(multiply(logits, isTarget)), maxLast(withoutTarget));
}

/** Hinge on the margin: the nats missing to `target`, a scalar, summed with `weights` [rows, 1]. */
export function marginLoss(margins: Value, target: Value, weights: Value): Value {
  return sumAll(multiply(relu(subtract(target, margins)), weights));
}
