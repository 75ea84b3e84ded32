import { describe, it } from 'node:test';
import { marginsOf, missingOf } from '../../../../src/embed/objectives/keyObjective';
import { multiply, sumAll } from '../../../../src/graph/operators';
import { assertClose, compute, logits, sumWeighted, targets } from '../../train/sampleLogits';

const expected = logits.map((row, i) => {
  const target = targets[i]!;
  return row[target]! - Math.max(...row.filter((_, column) => column !== target));
});

/** The hinge of the sample rows between a floor and a ceiling, and its gradient. */
function hinge(floor: number, ceiling: number): Promise<Record<string, Float32Array>> {
  return compute((given) => {
    const { graph } = given;
    const margins = marginsOf(given.logits, given.targets);
    const [floors, ceilings] = [graph.scalar(floor), graph.scalar(ceiling)];
    const missing = missingOf({ margins, overAll: margins, floors, ceilings });
    const loss = sumAll(multiply(missing, given.weights));
    return { margins, loss, gradient: graph.gradients(loss, [given.logits])[0]! };
  });
}

describe('the loss of keys', () => {
  it('is the part of the margin over the largest other word that is missing', async () => {
    const { margins, loss, gradient } = await hinge(1, 100);
    assertClose(margins, expected);
    assertClose(loss, [sumWeighted(expected.map((margin) => Math.max(0, 1 - margin)))]);
    // Row 0 stands well; in the others the target is pulled up and the winner down.
    assertClose(gradient, [0, 0, 0, 0, 0, 0.25, -0.25, 0, 0, -2, 0, 2]);
  });

  it('is what a margin has too much, where a key is to be said without confidence', async () => {
    const { loss, gradient } = await hinge(-100, 1);
    assertClose(loss, [sumWeighted([0.5, 0, 0])]);
    assertClose(gradient, [0.5, 0, -0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });
});
