import assert from 'node:assert/strict';
import { onCpu } from '../../src/contract/devices';
import { readTexts } from '../../src/drift/readTexts';
import { withLanguageModel } from '../../src/engine/openLanguageModel';
import { openModel, type OpenModel } from '../../src/operations/openModel';
import { logSumExp } from '../../src/verify/logSoftmax';
import type { Expected } from './caseFolders';

/** The mean loss over the texts of a file, and the number of predictions. */
export async function measureLoss(model: OpenModel, textsPath: string): Promise<Expected> {
  const { loaded, tokenizer } = model;
  const { texts } = await readTexts(textsPath, tokenizer, {
    maxTexts: 100,
    maxTokens: loaded.config.maxLength,
  });
  let sum = 0;
  let predictions = 0;
  const rows = texts.map((ids) => ({ ids, positions: ids.slice(1).map((_, position) => position) }));
  await withLanguageModel(loaded, onCpu, (opened) =>
    opened.visitRows(rows, ({ sequence, position, logits }) => {
      sum += logSumExp(logits) - logits[texts[sequence]![position + 1]!]!;
      predictions++;
    }),
  );
  return { predictions, loss: sum / predictions };
}

/** Requires that a folder has the loss that transformers finds, to 1 in 10,000. */
export async function assertLoss(dir: string, textsPath: string, expected: Expected): Promise<OpenModel> {
  const model = await openModel(dir);
  const { predictions, loss } = await measureLoss(model, textsPath);
  assert.equal(predictions, expected.predictions);
  assert.ok(Math.abs(loss / expected.loss - 1) < 1e-4, `mean loss ${loss}, not ${expected.loss}`);
  return model;
}
