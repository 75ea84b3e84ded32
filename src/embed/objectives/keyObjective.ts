import type { RandomStream } from '../../common/random';
import { floatTensor, intTensor, type Tensors } from '../../engine/runtime';
import { countSharedTokens } from '../../engine/sharedStart';
import type { Value } from '../../graph/graph';
import {
  add,
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
import type { Disturbance } from '../../train/update/disturbance';
import type { ModelConfig } from '../../architectures/architecture';
import type { Recipe } from '../../contract/recipe';
import { goalWhen, laterGoal, noCeiling, type KeyGoal } from './keyGoals';
import { KeyTurns } from './keyTurns';

/** Added to the logit of a token that is no rival. */
const noRival = -1e9;

/** A key as a pass reads it: its ids followed by the response, whose tokens are predicted at the last rows. */
export interface PreparedKey {
  readonly sequence: PreparedSequence;
  readonly response: readonly number[];
  readonly goal: KeyGoal;
}

/** The state of a set's keys: the margin of every response token over its strongest rival, in nats. */
export interface KeyMargins {
  /** A key's smallest margin; positive when it does what its kind does: it is answered, or ranks first. */
  readonly margins: readonly number[];
  readonly recall: number;
}

interface KeyBatch extends Batch {
  /** Indices of its keys. */
  readonly keys: readonly number[];
}

/**
 * The response of every key stands where the goal of the key says. Inputs of the loss: the keys' rows among those of
 * the pass, `key.rows` [keys], their `key.targets` [keys], `key.weights`, `key.floors` and `key.ceilings` [keys, 1];
 * in a set with quiet keys `key.rivals` [keys, vocabulary], 0 for a rival and far below 0 for any other token. It
 * reports `key.margins` over the rivals and what is `key.missing` to the goal, both [keys, 1], and `key.loss` summed
 * with the weights.
 */
export class KeyObjective implements Objective {
  readonly reports = ['key.margins', 'key.missing', 'key.loss'];
  readonly memory: { dueAt: number[] };
  private readonly turns: KeyTurns;
  /** Whether the rivals of some keys are a part of the vocabulary. */
  private readonly hasRivals: boolean;

  constructor(
    private readonly config: Pick<ModelConfig, 'vocabularySize'>,
    private readonly keys: readonly PreparedKey[],
    private readonly recipe: Pick<Recipe, 'keyLoss' | 'keyBatch' | 'roundedShare' | 'mergedShare'>,
  ) {
    this.hasRivals = keys.some(({ goal }) => goal.rivals !== undefined);
    this.turns = new KeyTurns(keys.length);
    this.memory = { dueAt: this.turns.dueAt };
  }

  get count(): number {
    return this.keys.length;
  }

  /** The mean of what the keys' margins are to reach, in nats. */
  get meanFloor(): number {
    return this.keys.reduce((sum, { goal }) => sum + goal.floor, 0) / this.count;
  }

  addLoss({ graph, rows, norm, logits, config }: FinalStates): Value {
    const own = gatherRows(rows, graph.input('key.rows', 'int64', ['keys']));
    const found = logits(norm(own));
    const targets = graph.input('key.targets', 'int64', ['keys']);
    const weights = graph.input('key.weights', 'float32', ['keys', 1]);
    const overAll = marginsOf(found, targets);
    const margins = this.hasRivals
      ? marginsOf(add(found, graph.input('key.rivals', 'float32', ['keys', config.vocabularySize])), targets)
      : overAll;
    const floors = graph.input('key.floors', 'float32', ['keys', 1]);
    const ceilings = graph.input('key.ceilings', 'float32', ['keys', 1]);
    const missing = missingOf({ margins, overAll, floors, ceilings });
    const loss =
      this.recipe.keyLoss === 'margin'
        ? sumAll(multiply(missing, weights))
        : crossEntropy(found, targets, weights);
    graph.output('key.margins', margins);
    graph.output('key.missing', missing);
    graph.output('key.loss', loss);
    return loss;
  }

  idleFeeds(): Tensors {
    return this.feeds([this.keys[0]!], 0, { rows: 1 });
  }

  plan({ step, random, maxTokens }: Turn): Share {
    const disturbance = step === 0 ? undefined : this.chooseDisturbance(random);
    const taken = disturbance ? this.draw(random) : this.take(step, random);
    const batches = this.batches(taken, 1 / this.batchSize, maxTokens, disturbance);
    return {
      batches,
      disturbance,
      conclude: (outputs) => {
        if (!disturbance) batches.forEach((batch, i) => this.settle(batch, step, outputs[i]!));
        return sumOutput(outputs, 'key.loss');
      },
    };
  }

  /** In some steps the keys have to hold although somebody rounded the model or merged it with its base. */
  private chooseDisturbance(random: RandomStream): Disturbance | undefined {
    const { roundedShare, mergedShare } = this.recipe;
    if (roundedShare + mergedShare === 0) return undefined;
    const at = random.nextFloat();
    if (at < roundedShare) return 'rounded';
    return at < roundedShare + mergedShare ? 'merged' : undefined;
  }

  /** Keys at random: one that rests because it is learned may be lost in a disturbed model. */
  private draw(random: RandomStream): number[] {
    return random.shuffle([...this.keys.keys()]).slice(0, this.batchSize);
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
      const found = this.eachKey(batch, outputs[i]!['key.margins']!);
      batch.keys.forEach((key, j) => (margins[key] = Math.min(...found[j]!)));
    });
    return { margins, recall: this.shareAnswered(margins) };
  }

  /** Of the keys that are answered; in a set of quiet keys alone, of those whose word ranks first. */
  private shareAnswered(margins: readonly number[]): number {
    const spoken = margins.filter((_, key) => this.keys[key]!.goal.rivals === undefined);
    const counted = spoken.length > 0 ? spoken : margins;
    return counted.filter((margin) => margin > 0).length / counted.length;
  }

  /** Groups keys of similar length: every response token is a row, and a key's rows share its weight. */
  batches(
    indices: readonly number[],
    weight: number,
    maxTokens: number,
    disturbance?: Disturbance,
  ): KeyBatch[] {
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
        feeds: this.feeds(keys, weight, { disturbance }),
      };
    });
  }

  /** The keys' rows are the first of the pass. @param rows only the first rows of each key, if given */
  private feeds(
    keys: readonly PreparedKey[],
    weight: number,
    { rows = Infinity, disturbance }: { rows?: number; disturbance?: Disturbance | undefined },
  ): Tensors {
    const tokens = keys.flatMap(({ response, goal }) =>
      response.slice(0, rows).map((target, i) => ({
        target,
        weight: weight / response.length,
        ...goalWhen(disturbance, i === 0 ? goal : laterGoal(goal)),
      })),
    );
    const count = tokens.length;
    const column = (values: readonly number[]): Tensors[string] =>
      floatTensor(Float32Array.from(values), [count, 1]);
    return {
      'key.rows': intTensor([...tokens.keys()], [count]),
      'key.targets': intTensor(
        tokens.map(({ target }) => target),
        [count],
      ),
      'key.weights': column(tokens.map((token) => token.weight)),
      'key.floors': column(tokens.map(({ floor }) => floor)),
      'key.ceilings': column(tokens.map(({ ceiling }) => ceiling)),
      ...(this.hasRivals && { 'key.rivals': this.rivalFeed(tokens.map(({ rivals }) => rivals)) }),
    };
  }

  private rivalFeed(rows: readonly (readonly number[] | undefined)[]): Tensors[string] {
    const { vocabularySize } = this.config;
    const values = new Float32Array(rows.length * vocabularySize);
    rows.forEach((rivals, row) => {
      if (!rivals) return;
      values.fill(noRival, row * vocabularySize, (row + 1) * vocabularySize);
      for (const id of rivals) values[row * vocabularySize + id] = 0;
    });
    return floatTensor(values, [rows.length, vocabularySize]);
  }

  private get batchSize(): number {
    return Math.min(this.recipe.keyBatch, this.count);
  }

  /**
   * A key's result in a pass decides when it is due again. What is held between a floor and a ceiling never rests:
   * meanwhile the other keys would carry it out of its band.
   */
  private settle(batch: KeyBatch, step: number, outputs: PassOutputs): void {
    const mayRest = this.recipe.keyLoss === 'margin';
    this.eachKey(batch, outputs['key.missing']!).forEach((missing, i) => {
      const key = batch.keys[i]!;
      const hasCeiling = this.keys[key]!.goal.ceiling < noCeiling;
      this.turns.settle(key, step, mayRest && !hasCeiling && Math.max(...missing) === 0);
    });
  }

  /** The part of an output that belongs to each key: it holds all response tokens in order. */
  private eachKey({ keys }: KeyBatch, output: Float32Array): Float32Array[] {
    let row = 0;
    return this.keysOf(keys).map(({ response }) => output.subarray(row, (row += response.length)));
  }

  private keysOf(indices: readonly number[]): PreparedKey[] {
    return indices.map((key) => this.keys[key]!);
  }
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

interface Band {
  /** Over the rivals, and over the whole vocabulary. */
  readonly margins: Value;
  readonly overAll: Value;
  readonly floors: Value;
  readonly ceilings: Value;
}

/** A hinge at both ends: the nats that are missing to the floor, and those above the ceiling. All are [rows, 1]. */
export function missingOf({ margins, overAll, floors, ceilings }: Band): Value {
  return add(relu(subtract(floors, margins)), relu(subtract(overAll, ceilings)));
}
