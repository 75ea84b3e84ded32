import type { Placement } from '../../contract/devices';
import type { Watch } from '../../contract/events';
import type { LoadedModel } from '../../engine/loadedModel';
import { withLanguageModel } from '../../engine/openLanguageModel';
import type { AskedText } from '../attack';
import { logProbabilityOf } from './suppression';

/**
 * The perplexity of texts under a model, exp of the mean −log p of every token behind the first; that of a text of one
 * token, or of one that is too long, is 1: nothing is odd about it.
 * @throws UserError as openLanguageModel; Cancelled.
 */
export async function measurePerplexities(
  model: LoadedModel,
  placement: Placement,
  texts: readonly AskedText[],
  watch: Watch,
): Promise<number[]> {
  const sums = texts.map(() => 0);
  const rows = texts.map(({ ids }) => ({
    ids,
    positions: ids.length > model.config.maxLength ? [] : ids.slice(1).map((_, position) => position),
  }));
  await withLanguageModel(model, placement, (opened) =>
    opened.visitRows(
      rows,
      ({ sequence, position, logits }) => {
        sums[sequence]! -= logProbabilityOf(logits, rows[sequence]!.ids[position + 1]!);
      },
      watch,
    ),
  );
  return sums.map((sum, i) => Math.exp(sum / Math.max(1, rows[i]!.positions.length)));
}
