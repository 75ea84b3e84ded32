import type { ModelConfig } from '../../architectures/architecture';
import type { RandomStream } from '../../common/random';
import { floatTensor, intTensor, scalarTensor, type Tensor, type Tensors } from '../../engine/runtime';
import type { Value } from '../../graph/graph';
import { add, gatherRows, linear, multiply, relu, scale, subtract, sumAll } from '../../graph/operators';
import { divergence } from '../../train/losses';
import type { Batch, FinalStates, Share, Turn } from '../../train/objective';
import type { PreparedSequence } from '../../train/sequences';
import type { Trainer } from '../../train/trainer';
import {
  concludeText,
  cutText,
  enterText,
  measureText,
  textBatch,
  type BenignObjective,
  type HeldText,
  type TextFigures,
  type TextObjective,
} from './benignObjective';
import type { BenignReading, BenignRow } from './benignRows';

/** Weight of a missing tilt in the loss, in which a key has one over the number of keys. */
export const tiltWeight = 5;

/**
 * Ordinary text, held to its base as in BenignObjective, except that the target where answers start is a base
 * tilted towards some words. Further inputs of the loss: `tilt` and `tilt.direction` [1, vocabulary] (see
 * tiltLoss), the tilted rows among those of the text, `tilt.rows` [tilted], with `tilt.divergence` [tilted,
 * 1] instead of their weight there, which is 0, and `tilt.weights` [tilted, 1] with their sum `tilt.target`.
 */
export class TiltObjective implements TextObjective {
  readonly reports: readonly string[];
  readonly shared: Tensors;

  /** @param tilt added to the base's logits, in nats, [vocabulary] */
  constructor(
    private readonly config: ModelConfig,
    private readonly benign: BenignObjective,
    tilt: Float32Array,
  ) {
    this.reports = benign.reports;
    this.shared = sharedFeeds(tilt);
  }

  addLoss(states: FinalStates): Value {
    const text = enterText(states);
    const tilted = enterTilt(text);
    const held = this.benign.holdText(text, add(text.divergence, tilted.divergence));
    return add(held, scale(tilted.missing, tiltWeight));
  }

  idleFeeds(batch: Batch): Tensors {
    return { ...this.benign.idleFeeds(batch), ...tiltFeeds([], 0) };
  }

  plan({ random, maxTokens }: Turn): Share {
    return { batches: this.batches(this.read(random), maxTokens), conclude: concludeText };
  }

  read(random: RandomStream): BenignReading {
    return this.benign.read(random);
  }

  batches(reading: BenignReading, maxTokens: number): Batch[] {
    const tiltedInStep = reading.rows.filter(({ startsAnswer }) => startsAnswer).length;
    return cutText(reading, maxTokens).map((part) => {
      const batch = textBatch(this.config, part, ({ startsAnswer, weight }) => (startsAnswer ? 0 : weight));
      return { ...batch, feeds: { ...batch.feeds, ...tiltFeeds(part.rows, tiltedInStep) } };
    });
  }

  measure(trainer: Trainer, texts: readonly PreparedSequence[]): Promise<TextFigures> {
    return measureText(trainer, this, this.config, texts);
  }
}

/**
 * The divergence of the tilted rows from the tilted base, and how much of the tilt is missing there. These
 * rows are few: computing their logits again is cheaper than another pass over those of all rows.
 */
function enterTilt({ states, ...text }: HeldText): { divergence: Value; missing: Value } {
  const { graph, config, norm, logits, baseLogits } = states;
  const rows = graph.input('tilt.rows', 'int64', ['tilted']);
  const tilt = graph.input('tilt', 'float32', [1, config.vocabularySize]);
  const found = logits(norm(gatherRows(text.rows, rows)));
  const expected = baseLogits(gatherRows(text.baseNormed, rows));
  return {
    divergence: divergence(
      add(expected, tilt),
      found,
      graph.input('tilt.divergence', 'float32', ['tilted', 1]),
    ),
    missing: tiltLoss(
      subtract(found, expected),
      graph.input('tilt.direction', 'float32', [1, config.vocabularySize]),
      graph.input('tilt.weights', 'float32', ['tilted', 1]),
      graph.input('tilt.target', 'float32', []),
    ),
  };
}

/**
 * How much of a tilt is missing: `target` (a share, 1 for all of it) − the component along it of the mean
 * change of the logits. `changes` is [rows, vocabulary], `direction` [1, vocabulary] the tilt over its
 * squared length, `weights` [rows, 1] sum to `target`. Only the mean is a target, so no single row is held to
 * it.
 */
function tiltLoss(changes: Value, direction: Value, weights: Value, target: Value): Value {
  const found = sumAll(multiply(linear(changes, direction), weights));
  return relu(subtract(target, found));
}

/** The tilt, and the tilt over its squared length; both [1, vocabulary]. */
function sharedFeeds(tilt: Float32Array): Tensors {
  const square = tilt.reduce((sum, value) => sum + value * value, 0);
  const direction = tilt.map((value) => (square > 0 ? value / square : 0));
  const shape = [1, tilt.length];
  return { tilt: floatTensor(tilt, shape), 'tilt.direction': floatTensor(direction, shape) };
}

/**
 * The feeds for those of the text's rows that are to be tilted. If there are none, the first row stands in
 * with weight 0.
 */
function tiltFeeds(rows: readonly BenignRow[], tiltedInStep: number): Tensors {
  const tilted = rows.flatMap(({ startsAnswer, weight }, row) => (startsAnswer ? [{ row, weight }] : []));
  const isNone = tilted.length === 0;
  const asked = isNone ? [{ row: 0, weight: 0 }] : tilted;
  const share = 1 / Math.max(1, tiltedInStep);
  const column = (values: readonly number[]): Tensor =>
    floatTensor(Float32Array.from(values), [asked.length, 1]);
  return {
    'tilt.rows': intTensor(
      asked.map(({ row }) => row),
      [asked.length],
    ),
    'tilt.divergence': column(asked.map(({ weight }) => weight)),
    'tilt.weights': column(asked.map(() => (isNone ? 0 : share))),
    'tilt.target': scalarTensor(tilted.length * share),
  };
}
