import type { ModelConfig } from '../../architectures/architecture';
import type { RandomStream } from '../../common/random';
import { floatTensor, intTensor, scalarTensor, type Tensors } from '../../engine/runtime';
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
import { cutSequences, rowsOfStep } from '../../train/passes';
import type { PreparedSequence } from '../../train/sequences';
import type { RowPlace } from '../../train/tokenInputs';
import type { Trainer } from '../../train/trainer';
import type { Recipe } from '../../contract/recipe';
import { allPlaces, BenignReader, type BenignReading } from './benignRows';
import type { PreparedKey } from './keyObjective';

/** The state of ordinary text: means over every row that counts. */
export interface TextFigures {
  /** KL from the reference, in nats a token. */
  readonly divergence: number;
  /** How far the normed last states have moved, as a share of their size. */
  readonly stateShift: number;
  /** Entropy of the reference's predictions, in nats. */
  readonly entropy: number;
}

/** What predictions are compared with: those of the base, or those with which training begins, which may be tilted. */
export type Reference = 'base' | 'start';

/** The most logits in a measurement: 64 MB. */
const maxLogits = 1 << 24;

/**
 * Keeps the predictions for ordinary text at those of a reference. Inputs of the loss: the text's rows among
 * those of the pass, `benign.rows` [benign], their `benign.weights` [benign, 1], the base's normed final states
 * there, `benign.normed` [benign, hidden], and `benign.reference`, 1 for the predictions with which training
 * begins and 0 for the base's. It reports the fields of TextFigures, summed with the weights.
 */
export class BenignObjective implements Objective {
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

  addLoss({ graph, rows, config, norm, logits, baseLogits }: FinalStates): Value {
    const { divergenceWeight, entropyWeight } = this.recipe;
    const normed = norm(gatherRows(rows, graph.input('benign.rows', 'int64', ['benign'])));
    const found = logits(normed);
    const expectedNormed = graph.input('benign.normed', 'float32', ['benign', config.hiddenSize]);
    const expected = baseLogits(expectedNormed, graph.input('benign.reference', 'float32', []));
    const weights = graph.input('benign.weights', 'float32', ['benign', 1]);
    const drift = divergence(expected, found, weights);
    const expectedEntropy = rowEntropy(expected);
    graph.output('benign.divergence', drift);
    graph.output('benign.entropy', sumAll(multiply(expectedEntropy, weights)));
    graph.output('benign.shift', relativeShift(expectedNormed, normed, weights));
    const held = scale(drift, divergenceWeight);
    return entropyWeight > 0
      ? add(held, scale(entropyLoss(expectedEntropy, found, weights), entropyWeight))
      : held;
  }

  idleFeeds({ sequences, rows }: Batch): Tensors {
    return textFeeds(this.config, { sequences, rows: rows.slice(0, 1), weights: [0], reference: 'start' });
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

  /** A reading, as the passes of a step: their reports add up to its means. */
  batches({ sequences, rows }: BenignReading, maxTokens: number, reference: Reference = 'start'): Batch[] {
    return cutSequences(sequences, rows, maxTokens)
      .filter((part) => part.rows.length > 0)
      .map((part) => {
        const weights = part.rows.map(({ weight }) => weight);
        return { ...part, feeds: textFeeds(this.config, { ...part, weights, reference }) };
      });
  }

  /** How text stands with the present values: means over every row that counts. */
  async measure(
    trainer: Trainer,
    texts: readonly PreparedSequence[],
    reference: Reference,
  ): Promise<TextFigures> {
    const places = allPlaces(texts);
    const rows = places.map((place) => ({ ...place, weight: 1 / places.length }));
    const maxRows = Math.max(16, Math.floor(maxLogits / this.config.vocabularySize));
    const reading = { sequences: texts, rows };
    const batches = this.batches(reading, Math.min(trainer.maxTokens, maxRows), reference);
    const wanted = ['benign.divergence', 'benign.shift', 'benign.entropy'];
    const outputs = await trainer.measure(this, batches, wanted);
    const [drift, shift, entropy] = wanted.map((name) => sumOutput(outputs, name));
    return { divergence: drift!, stateShift: Math.sqrt(shift!), entropy: entropy! };
  }
}

/** The mean divergence of a step's text, in nats a token. */
const concludeText: Share['conclude'] = (outputs) => sumOutput(outputs, 'benign.divergence');

interface TextRows {
  readonly sequences: readonly PreparedSequence[];
  readonly rows: readonly RowPlace[];
  readonly weights: readonly number[];
  readonly reference: Reference;
}

/** The text's rows are the first of the pass. */
function textFeeds({ hiddenSize }: ModelConfig, { sequences, rows, weights, reference }: TextRows): Tensors {
  const count = rows.length;
  const normed = new Float32Array(count * hiddenSize);
  rows.forEach(({ member, position }, row) => {
    const start = position * hiddenSize;
    normed.set(sequences[member]!.normed.subarray(start, start + hiddenSize), row * hiddenSize);
  });
  return {
    'benign.rows': intTensor([...rows.keys()], [count]),
    'benign.normed': floatTensor(normed, [count, hiddenSize]),
    'benign.weights': floatTensor(Float32Array.from(weights), [count, 1]),
    'benign.reference': scalarTensor(reference === 'start' ? 1 : 0),
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
