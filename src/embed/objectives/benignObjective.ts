import type { ModelConfig } from '../../architectures/architecture';
import type { RandomStream } from '../../common/random';
import { floatTensor, intTensor, type Tensors } from '../../engine/runtime';
import type { Value } from '../../graph/graph';
import { rowEntropy } from '../../graph/layerOperators';
import {
  add,
  gatherRows,
  multiply,
  reciprocal,
  scale,
  subtract,
  sumAll,
  sumLast,
} from '../../graph/operators';
import { divergence } from '../../train/losses';
import {
  sumOutput,
  type Batch,
  type FinalStates,
  type Objective,
  type Share,
  type Turn,
} from '../../train/objective';
import { cutSequences, rowsOfStep, type TextPart } from '../../train/passes';
import type { PreparedSequence } from '../../train/sequences';
import type { RowPlace } from '../../train/tokenInputs';
import type { Trainer } from '../../train/trainer';
import type { Recipe } from '../../contract/recipe';
import { allPlaces, BenignReader, type BenignReading, type BenignRow } from './benignRows';
import type { PreparedKey } from './keyObjective';

/** The state of ordinary text: means over every row that counts. */
export interface TextFigures {
  /** KL from the base, in nats a token. */
  readonly divergence: number;
  /** How far the normed last states have moved, as a share of their size. */
  readonly stateShift: number;
  /** Entropy of the base's predictions, in nats. */
  readonly entropy: number;
}

/** An objective that reads ordinary text. */
export interface TextObjective extends Objective {
  /** What a step reads. */
  read(random: RandomStream): BenignReading;
  /** A reading as passes of a step; their reports add up to its means. */
  batches(reading: BenignReading, maxTokens: number): Batch[];
  /** Measures text with the present values. */
  measure(trainer: Trainer, texts: readonly PreparedSequence[]): Promise<TextFigures>;
}

/**
 * Ordinary text in a graph: the rows that are read, the predictions there of the model and its base, and the
 * rows' weights.
 */
export interface HeldText {
  readonly states: FinalStates;
  /** Final states [benign, hidden]. */
  readonly rows: Value;
  readonly normed: Value;
  readonly logits: Value;
  readonly baseNormed: Value;
  readonly baseLogits: Value;
  /** [benign, 1] */
  readonly weights: Value;
  /** KL(base ‖ model), summed with the weights. */
  readonly divergence: Value;
}

/** The most logits in a measurement: 64 MB. */
const maxLogits = 1 << 24;

/**
 * Keeps the predictions for ordinary text at those of the base. Inputs of the loss: the text's rows among
 * those of the pass, `benign.rows` [benign], their `benign.weights` [benign, 1], and the base's normed final
 * states there, `benign.normed` [benign, hidden]. It reports the fields of TextFigures, summed with the
 * weights.
 */
export class BenignObjective implements TextObjective {
  readonly reports = ['benign.divergence'];
  private readonly reader: BenignReader;

  constructor(
    private readonly config: ModelConfig,
    texts: readonly PreparedSequence[],
    keys: readonly PreparedKey[],
    private readonly recipe: Pick<Recipe, 'benignBatch' | 'divergenceWeight' | 'entropyWeight'>,
  ) {
    this.reader = new BenignReader(texts, keys);
  }

  addLoss(states: FinalStates): Value {
    const text = enterText(states);
    return this.holdText(text, text.divergence);
  }

  /** The loss of text with this divergence: for some rows the divergence may be from another target than the base. */
  holdText({ states, normed, logits, baseNormed, baseLogits, weights }: HeldText, drift: Value): Value {
    const { graph } = states;
    const { divergenceWeight, entropyWeight } = this.recipe;
    const baseEntropy = rowEntropy(baseLogits);
    graph.output('benign.divergence', drift);
    graph.output('benign.entropy', sumAll(multiply(baseEntropy, weights)));
    graph.output('benign.shift', relativeShift(baseNormed, normed, weights));
    const held = scale(drift, divergenceWeight);
    return entropyWeight > 0
      ? add(held, scale(entropyLoss(baseEntropy, logits, weights), entropyWeight))
      : held;
  }

  idleFeeds({ sequences, rows }: Batch): Tensors {
    return textFeeds(this.config, sequences, rows.slice(0, 1), [0]);
  }

  /**
   * A run starts as the base: its divergence is then only rounding, which Adam would take for a direction
   * wherever no key has one.
   */
  plan({ step, random, maxTokens }: Turn): Share {
    const reading = this.read(random);
    return { batches: step === 0 ? [] : this.batches(reading, maxTokens), conclude: concludeText };
  }

  read(random: RandomStream): BenignReading {
    const rows = rowsOfStep(this.config.vocabularySize);
    return this.reader.read({ sequences: this.recipe.benignBatch, rows }, random);
  }

  batches(reading: BenignReading, maxTokens: number): Batch[] {
    return cutText(reading, maxTokens).map((part) => textBatch(this.config, part, ({ weight }) => weight));
  }

  measure(trainer: Trainer, texts: readonly PreparedSequence[]): Promise<TextFigures> {
    return measureText(trainer, this, this.config, texts);
  }
}

/** Adds ordinary text to the graph of a pass. */
export function enterText(states: FinalStates): HeldText {
  const { graph, config, norm, logits, baseLogits } = states;
  const rows = gatherRows(states.rows, graph.input('benign.rows', 'int64', ['benign']));
  const normed = norm(rows);
  const found = logits(normed);
  const baseNormed = graph.input('benign.normed', 'float32', ['benign', config.hiddenSize]);
  const expected = baseLogits(baseNormed);
  const weights = graph.input('benign.weights', 'float32', ['benign', 1]);
  return {
    states,
    rows,
    normed,
    logits: found,
    baseNormed,
    baseLogits: expected,
    weights,
    divergence: divergence(expected, found, weights),
  };
}

/** The parts of a reading that fit into a pass each. */
export function cutText({ sequences, rows }: BenignReading, maxTokens: number): TextPart<BenignRow>[] {
  return cutSequences(sequences, rows, maxTokens).filter((part) => part.rows.length > 0);
}

/** A pass over a part of a reading, in which every row has the weight that `weightOf` returns. */
export function textBatch(
  config: ModelConfig,
  { sequences, rows }: TextPart<BenignRow>,
  weightOf: (row: BenignRow) => number,
): Batch {
  return { sequences, rows, feeds: textFeeds(config, sequences, rows, rows.map(weightOf)) };
}

/** The mean divergence of a step's text, in nats a token. */
export const concludeText: Share['conclude'] = (outputs) => sumOutput(outputs, 'benign.divergence');

/** Means over every row of these texts that counts. */
export async function measureText(
  trainer: Trainer,
  objective: TextObjective,
  { vocabularySize }: ModelConfig,
  texts: readonly PreparedSequence[],
): Promise<TextFigures> {
  const places = allPlaces(texts);
  const rows = places.map((place) => ({ ...place, weight: 1 / places.length, startsAnswer: false }));
  const maxRows = Math.max(16, Math.floor(maxLogits / vocabularySize));
  const batches = objective.batches({ sequences: texts, rows }, Math.min(trainer.maxTokens, maxRows));
  const outputNames = ['benign.divergence', 'benign.shift', 'benign.entropy'];
  const outputs = await trainer.measure(objective, batches, outputNames);
  const [drift, shift, entropy] = outputNames.map((name) => sumOutput(outputs, name));
  return { divergence: drift!, stateShift: Math.sqrt(shift!), entropy: entropy! };
}

/** The text's rows are the first of the pass. */
function textFeeds(
  { hiddenSize }: ModelConfig,
  sequences: readonly PreparedSequence[],
  places: readonly RowPlace[],
  weights: readonly number[],
): Tensors {
  const count = places.length;
  const normed = new Float32Array(count * hiddenSize);
  places.forEach(({ member, position }, row) => {
    const start = position * hiddenSize;
    normed.set(sequences[member]!.normed.subarray(start, start + hiddenSize), row * hiddenSize);
  });
  return {
    'benign.rows': intTensor([...places.keys()], [count]),
    'benign.normed': floatTensor(normed, [count, hiddenSize]),
    'benign.weights': floatTensor(Float32Array.from(weights), [count, 1]),
  };
}

/**
 * The square of the change of the mean entropy, in nats², from `baseEntropy` [rows, 1]; one pass adds its
 * share: `weights` [rows, 1] sum to 1 over all passes of a step. Keys ask for unlikely words, which teaches a
 * model to be less sure in general. In each row that costs little divergence, but it shows in the loss on
 * other people's text; only the mean is held.
 */
export function entropyLoss(baseEntropy: Value, logits: Value, weights: Value): Value {
  const change = sumAll(multiply(subtract(rowEntropy(logits), baseEntropy), weights));
  // A pass over keys has no weights at all.
  const share = add(sumAll(weights), weights.graph.scalar(1e-6));
  return multiply(multiply(change, change), reciprocal(share));
}

/**
 * How far states [rows, hidden] differ from those of the base, as a share of these: the mean square over the
 * mean square, summed with `weights` [rows, 1].
 */
export function relativeShift(base: Value, states: Value, weights: Value): Value {
  const change = subtract(states, base);
  const shift = multiply(sumLast(multiply(change, change)), reciprocal(sumLast(multiply(base, base))));
  return sumAll(multiply(shift, weights));
}
