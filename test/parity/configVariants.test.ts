import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { openCheckpoint } from '../../src/checkpoint/checkpoint';
import { onCpu } from '../../src/contract/devices';
import { loadStoredModel } from '../../src/engine/loadedModel';
import { withLanguageModel } from '../../src/engine/openLanguageModel';
import { logSumExp } from '../../src/verify/logSoftmax';

/*
 * Configs of the small checkpoints with values that are null, empty, zero, infinite, given twice or of another
 * kind, and the mean loss that transformers 5.18 has with them on the ids below.
 */

const root = 'test/fixtures/architectures';
const variantSchema = z.strictObject({
  folder: z.string(),
  /** JSON as Python writes it, with infinite numbers. */
  changes: z.string(),
  /** Fields that are taken out. */
  without: z.array(z.string()).default([]),
  loss: z.number(),
});
const { ids, variants } = z
  .strictObject({ ids: z.array(z.array(z.int())), variants: z.array(variantSchema) })
  .parse(JSON.parse(readFileSync('test/fixtures/configVariants.json', 'utf8')));

describe('configs with odd values are read as in transformers', () => {
  let folder: string;
  before(async () => void (folder = await mkdtemp(join(tmpdir(), 'variants-'))));
  after(() => rm(folder, { recursive: true, force: true }));

  for (const name of new Set(variants.map((variant) => variant.folder)))
    it(name, async () => {
      const dir = join(folder, name);
      await cp(join(root, name), dir, { recursive: true });
      const config = JSON.parse(await readFile(join(dir, 'config.json'), 'utf8')) as Record<string, unknown>;
      for (const { changes, without, loss } of variants.filter((variant) => variant.folder === name)) {
        const kept = Object.entries(config).filter(([field]) => !without.includes(field));
        // The later of two values of a field counts, in JavaScript as in Python.
        const text = JSON.stringify(Object.fromEntries(kept)).replace(/\}$/, `, ${changes.slice(1)}`);
        await writeFile(join(dir, 'config.json'), changes === '{}' ? text.replace(/, \}$/, '}') : text);
        const found = await measure(dir);
        const what = `${changes}${without.length > 0 ? ` without ${without.join()}` : ''}`;
        assert.ok(Math.abs(found / loss - 1) < 1e-4, `${what}: mean loss ${found}, not ${loss}`);
      }
    });
});

async function measure(dir: string): Promise<number> {
  const model = await loadStoredModel(await openCheckpoint(dir));
  const losses: number[] = [];
  const rows = ids.map((row) => ({ ids: row, positions: row.slice(1).map((_, position) => position) }));
  await withLanguageModel(model, onCpu, (opened) =>
    opened.visitRows(
      rows,
      ({ sequence, position, logits }) =>
        void losses.push(logSumExp(logits) - logits[ids[sequence]![position + 1]!]!),
    ),
  );
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}
