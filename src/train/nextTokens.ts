import { intTensor } from '../engine/runtime';
import { crossEntropy } from './losses';
import type { Batch, Loss } from './objective';
import type { PreparedSequence } from './sequences';
import type { RowPlace } from './tokenInputs';

/** The cross-entropy of the tokens that follow in the text itself, summed over the rows of a pass. */
export const nextTokenLoss: Loss = {
  addLoss({ graph, rows, norm, logits }) {
    const targets = graph.input('next.targets', 'int64', rows.shape.slice(0, 1));
    return crossEntropy(logits(norm(rows)), targets, graph.scalar(1));
  },
};

/** A pass that asks rows of text for the tokens that follow. Rows without one are left out. */
export function nextTokenBatch(sequences: readonly PreparedSequence[], rows: readonly RowPlace[]): Batch {
  const asked = rows.filter(({ member, position }) => position + 1 < sequences[member]!.ids.length);
  const targets = asked.map(({ member, position }) => sequences[member]!.ids[position + 1]!);
  return { sequences, rows: asked, feeds: { 'next.targets': intTensor(targets, [targets.length]) } };
}
