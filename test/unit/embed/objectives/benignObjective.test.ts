import { describe, it } from 'node:test';
import { entropyLoss, relativeShift } from '../../../../src/embed/objectives/benignObjective';
import { rowEntropy } from '../../../../src/graph/layerOperators';
import {
  assertClose,
  base,
  compute,
  logits,
  softmaxOf,
  sumWeighted,
  weights,
} from '../../train/sampleLogits';

describe('the loss of ordinary text', () => {
  it('is the squared change of the mean entropy, to which each pass adds its share', async () => {
    const entropyOf = (row: readonly number[]): number =>
      softmaxOf(row).reduce((sum, share) => sum - share * Math.log(share), 0);
    const change = sumWeighted(logits.map((row, i) => entropyOf(row) - entropyOf(base[i]!)));
    const share = weights.reduce((sum, weight) => sum + weight, 0);
    const { loss } = await compute((given) => ({
      loss: entropyLoss(rowEntropy(given.base), given.logits, given.weights),
    }));
    assertClose(loss, [change ** 2 / share]);
  });

  it('reports how far states move, as a share of their size', async () => {
    const squared = (row: readonly number[]): number => row.reduce((sum, value) => sum + value * value, 0);
    const moved = logits.map((row, i) => {
      const from = base[i]!;
      return squared(row.map((value, column) => value - from[column]!)) / squared(from);
    });
    const { shift } = await compute((given) => ({
      shift: relativeShift(given.base, given.logits, given.weights),
    }));
    assertClose(shift, [sumWeighted(moved)]);
  });
});
