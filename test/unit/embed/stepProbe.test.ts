import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { planGroups } from '../../../src/engine/layerGroups';
import { onCpu } from '../../../src/engine/placement';
import { readTexts } from '../../../src/drift/readTexts';
import { defaultRecipe } from '../../../src/embed/defaultRecipe';
import { readText } from '../../../src/embed/prepareText';

import { probeSteps, type ProbeOptions, type ProbeResult } from '../../../src/embed/stepProbe';
import { chooseTrained, lowestTrainedLayer } from '../../../src/embed/trainedParameters';
import { openModel, type OpenModel } from '../../../src/operations/openModel';

const watch = { report: () => undefined };
const keyCount = 6;

describe('a probe of the first steps of a model', () => {
  let model: OpenModel;
  before(async () => void (model = await openModel('test/fixtures/models/chat-5M')));

  /** Questions that begin texts of the sample, each with a word that they do not go on with. */
  async function probe({
    scale = 1,
    named = [],
  }: {
    scale?: number;
    named?: string[];
  } = {}): Promise<ProbeResult> {
    const { loaded, tokenizer } = model;
    const base = defaultRecipe(loaded, { keyCount, chat: false });
    const recipe = { ...base, learningRate: base.learningRate * scale };
    const texts = await readTexts('media/text/stories.jsonl', tokenizer, { maxTexts: 18, maxTokens: 32 });
    const keys = texts
      .slice(0, keyCount)
      .map((ids, i) => ({ ids: ids.slice(0, 12), response: { ids: [500 + i], text: '' } }));
    const text = await readText(
      { model: loaded, placement: onCpu, recipe, keys },
      { generated: [], prompt: [], own: texts.slice(keyCount) },
      watch,
    );
    const trained = chooseTrained(loaded, recipe);
    const lowestLayer = lowestTrainedLayer(loaded, trained);
    const options: ProbeOptions = {
      model: loaded,
      placement: onCpu,
      recipe,
      trained,
      lowestLayer,
      groups: planGroups(loaded, onCpu, { from: lowestLayer })!,
      keys: text.keys,
      draws: keys.map(() => ({ candidates: [], drawn: 0 })),
      benign: text.benign,
      heldBack: [...text.benign, ...text.heldBack],
      seed: new Uint8Array(32),
      directions: new Map(),
      isOpen: (value) => !named.includes(value),
    };
    return probeSteps(options, watch);
  }

  it('finds the same rate and layers wherever the recipe begins', async () => {
    const found = await probe();
    assert.deepEqual(await probe({ scale: 30 }), found);
    assert.deepEqual(await probe({ scale: 1 / 30 }), found);
  });

  it('takes a rate whose step moves predictions by a part of the budget', async () => {
    const { findings } = await probe();
    // A fifth of 0.06, and what the square law leaves out.
    assert.ok(findings.predictionShift > 1e-5 && findings.predictionShift < 0.015, JSON.stringify(findings));
    assert.ok(findings.stateShift > 0 && findings.stateShift < 0.5, JSON.stringify(findings));
    assert.ok(findings.weightScale > 0 && findings.normScale > 0 && findings.entropy > 0);
  });

  it('leaves alone what a recipe names', async () => {
    const { loaded } = model;
    const { layers, learningRate } = defaultRecipe(loaded, { keyCount, chat: false });
    assert.deepEqual((await probe({ named: ['layers'] })).layers, layers);
    assert.equal((await probe({ named: ['learningRate'] })).findings.learningRate, learningRate);
  });
});
