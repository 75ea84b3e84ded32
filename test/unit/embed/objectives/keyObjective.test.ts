import { describe, it } from 'node:test';
import { marginLoss, marginsOf } from '../../../../src/embed/objectives/keyObjective';
import { assertClose, compute, logits, sumWeighted, targets } from '../../train/sampleLogits';

describe('the loss of keys', () => {
  it('is the part of the margin over the largest other word that is missing', async () => {
    const expected = logits.map((row, i) => {
      const target = targets[i]!;
      return row[target]! - Math.max(...row.filter((_, column) => column !== target));
    });
    const { margins, hinge, gradient } = await compute((given) => {
      const found = marginsOf(given.logits, given.targets);
      const missing = marginLoss(found, given.graph.scalar(1), given.weights);
      return {
        margins: found,
        hinge: missing,
        gradient: given.graph.gradients(missing, [given.logits])[0]!,
      };
    });
    assertClose(margins, expected);
    assertClose(hinge, [sumWeighted(expected.map((margin) => Math.max(0, 1 - margin)))]);
    // Row 0 stands well; in the others the target is pulled up and the winner down.
    assertClose(gradient, [0, 0, 0, 0, 0, 0.25, -0.25, 0, 0, -2, 0, 2]);
  });
});
