import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openStream } from '../../../../src/fingerprint/seed';
import { type SampledDraft, createKeyForm } from '../../../../src/fingerprint/keyForm';
import { createSource, drawFromModel } from '../../../../src/fingerprint/drawing/naturalKeys';
import { findCentralRange, measureSurprise } from '../../../../src/fingerprint/drawing/ordinaryText';
import { createFakeModel, createFakeTokenizer, fixedSeed, silentWatch } from '../fakes';

describe('the perplexity range of ordinary text', () => {
  it('holds the central 95 % of the values', () => {
    const values = Array.from({ length: 200 }, (_, index) => (index * 77) % 200);
    assert.deepEqual(findCentralRange(values), { low: 5, high: 194 });
  });

  it("is measured as the mean loss of a text's own tokens", async () => {
    const table = [
      [1, 2, 3],
      [0, 5, 1],
      [2, 2, 2],
    ];
    const model = {
      ...createFakeModel(),
      visitRows: ((sequences, visit) => {
        sequences.forEach(({ ids, positions }, sequence) => {
          for (const position of positions)
            visit({
              sequence,
              position,
              logits: Float32Array.from(table[ids[position]!]!),
              hidden: new Float32Array(1),
            });
        });
        return Promise.resolve();
      }) as ReturnType<typeof createFakeModel>['visitRows'],
    };
    const ownRows = { ids: [0, 1, 2, 0], positions: [1, 2] };
    const draft: SampledDraft = { text: '', ids: [], encodedText: '', encodedIds: [], ownRows };
    const lossOf = (logits: readonly number[], next: number) =>
      -Math.log(Math.exp(logits[next]!) / logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    const [measured] = await measureSurprise(model, [draft]);
    assert.ok(Math.abs(measured! - (lossOf(table[1]!, 2) + lossOf(table[2]!, 0)) / 2) < 1e-9);
  });

  it('keeps drawn texts inside it', async () => {
    const model = createFakeModel();
    const form = createKeyForm(createFakeTokenizer('text'));
    const drawAll = async (low: number, high: number) => {
      const drafts: SampledDraft[] = [];
      await drawFromModel(
        createSource(model, form, 64, silentWatch),
        openStream(fixedSeed, 'keys'),
        { low, high },
        { count: 40, name: 'keys', phase: 'drawing-keys' },
        (batch) => {
          drafts.push(...(batch as SampledDraft[]));
          return Promise.resolve([...batch]);
        },
      );
      return (await measureSurprise(model, drafts)).sort((left, right) => left - right);
    };
    const all = await drawAll(-Infinity, Infinity);
    const low = all[Math.floor(all.length / 4)]!;
    const high = all[Math.floor((3 * all.length) / 4)]!;
    const inside = await drawAll(low, high);
    assert.ok(all[0]! < low && all.at(-1)! > high);
    assert.ok(inside[0]! >= low && inside.at(-1)! <= high);
  });
});
