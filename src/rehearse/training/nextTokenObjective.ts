import type { ModelConfig } from '../../architectures/architecture';
import { floatTensor, intTensor, type Tensors } from '../../engine/runtime';
import type { Value } from '../../graph/graph';
import { crossEntropy } from '../../train/losses';
import {
  sumOutput,
  type Batch,
  type FinalStates,
  type Objective,
  type Share,
  type Turn,
} from '../../train/objective';
import { cutSequences } from '../../train/passes';
import type { PreparedSequence } from '../../train/sequences';

/** The most logits in a pass: 64 MB. */
const maxLogits = 1 << 24;

/**
 * Predicts the next token of texts, as ordinary training does. Inputs of the loss: `next.targets` [rows] and
 * `next.weights` [rows, 1], which sum to 1 over a step. It reports `next.loss`.
 */
export class NextTokenObjective implements Objective {
  readonly reports = ['next.loss'];
  private readonly texts: readonly PreparedSequence[];

  /** @param texts token ids, in the order in which they are read. */
  constructor(
    private readonly config: Pick<ModelConfig, 'vocabularySize'>,
    texts: readonly (readonly number[])[],
    private readonly batchTexts: number,
  ) {
    this.texts = texts.map((ids) => ({ ids, firstRow: 0, states: undefined, normed: new Float32Array(0) }));
  }

  /** Steps in which every text is read once. */
  get stepCount(): number {
    return Math.ceil(this.texts.length / this.batchTexts);
  }

  addLoss({ graph, rows, norm, logits }: FinalStates): Value {
    const targets = graph.input('next.targets', 'int64', rows.shape.slice(0, 1));
    const weights = graph.input('next.weights', 'float32', [rows.shape[0]!, 1]);
    const loss = crossEntropy(logits(norm(rows)), targets, weights);
    graph.output('next.loss', loss);
    return loss;
  }

  plan({ step, maxTokens }: Turn): Share {
    const start = step * this.batchTexts;
    const sequences = this.texts.slice(start, start + this.batchTexts);
    const rows = sequences.flatMap(({ ids }, member) =>
      ids.slice(1).map((_, position) => ({ member, position })),
    );
    const most = Math.min(maxTokens, Math.max(16, Math.floor(maxLogits / this.config.vocabularySize)));
    const batches = cutSequences(sequences, rows, most).map((part): Batch => {
      const targets = part.rows.map(({ member, position }) => part.sequences[member]!.ids[position + 1]!);
      return { ...part, feeds: feed(targets, 1 / rows.length) };
    });
    return { batches, conclude: (outputs) => sumOutput(outputs, 'next.loss') };
  }

  idleFeeds(): Tensors {
    return feed([0], 0);
  }
}

function feed(targets: readonly number[], weight: number): Tensors {
  const count = targets.length;
  return {
    'next.targets': intTensor(targets, [count]),
    'next.weights': floatTensor(new Float32Array(count).fill(weight), [count, 1]),
  };
}
