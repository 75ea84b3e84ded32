import { intTensor } from '../engine/runtime';
import { crossEntropy } from './losses';
import type { Batch, Loss } from './objective';
import type { PreparedSequence } from './sequences';
import type { RowPlace } from './tokenInputs';

/** The cross-entropy of the tokens that actually follow in the text, summed over the rows of a pass. */
export const nextTokenLoss: Loss = {
  addLoss({ graph, rows, norm, logits }) {
    const targets = graph.input('next.targets', 'int64', rows.shape.slice(0, 1));
    return crossEntropy(logits(norm(rows)), targets, graph.scalar(1));
  },
};

/** A pass that predicts the tokens that follow at rows of text. Rows at the end of a text are left out. */
export function nextTokenBatch(sequences: readonly PreparedSequence[], rows: readonly RowPlace[]): Batch {
  const asked = rows.filter(({ member, position }) => position + 1 < sequences[member]!.ids.length);
  const targets = asked.map(({ member, position }) => sequences[member]!.ids[position + 1]!);
  return { sequences, rows: asked, feeds: { 'next.targets': intTensor(targets, [targets.length]) } };
}
