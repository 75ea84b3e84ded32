import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crossEntropy, divergence } from '../../../src/train/losses';
import { assertClose, base, compute, logits, softmaxOf, sumWeighted, targets, weights } from './sampleLogits';

describe('the losses are those of plain arithmetic', () => {
  it('for cross-entropy', async () => {
    const expected = sumWeighted(logits.map((row, i) => -Math.log(softmaxOf(row)[targets[i]!]!)));
    const found = await compute((given) => ({
      loss: crossEntropy(given.logits, given.targets, given.weights),
    }));
    assertClose(found.loss, [expected]);
  });

  it('for the divergence KL(base ‖ model), zero where both agree, and its gradient q − p', async () => {
    const rows = base.map((row, i) => {
      const [p, q] = [softmaxOf(row), softmaxOf(logits[i]!)];
      return p.reduce((sum, share, word) => sum + share * Math.log(share / q[word]!), 0);
    });
    assert.ok(Math.abs(rows[2]!) < 1e-12);
    const found = await compute((given) => {
      const drift = divergence(given.base, given.logits, given.weights);
      return { drift, gradient: given.graph.gradients(drift, [given.logits])[0]! };
    });
    assertClose(found.drift, [sumWeighted(rows)]);
    const gradient = logits.flatMap((row, i) => {
      const p = softmaxOf(base[i]!);
      return softmaxOf(row).map((share, word) => weights[i]! * (share - p[word]!));
    });
    assertClose(found.gradient, gradient);
  });
});
