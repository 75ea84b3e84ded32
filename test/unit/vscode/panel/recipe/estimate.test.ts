import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import {
  describeCheckpoint,
  type DescribedCheckpoint,
} from '../../../../../src/operations/describeCheckpoint';
import type { Recipe } from '../../../../../src/contract/recipe';
import { recipePresets } from '../../../../../src/contract/recipePresets';
import {
  estimateRun,
  totalWork,
  type EstimateRequest,
} from '../../../../../src/vscode/panel/recipe/estimate';

const earlier = {
  model: '/models/aurora',
  work: 1,
  seconds: 4,
  drift: 0.04,
  keyCount: 64,
  changes: {},
  texts: [],
};

describe('estimating a run', () => {
  let described: DescribedCheckpoint;
  before(async () => void (described = await describeCheckpoint('test/fixtures/models/chat-5M')));

  function request(changes: Partial<EstimateRequest> = {}): EstimateRequest {
    const recipe = described.defaults(64);
    return {
      defaults: recipe,
      recipe,
      parameters: described.facts.parameters,
      keyCount: 64,
      hasKinds: false,
      texts: [],
      plan: described.plan(recipe, 64),
      machine: { threads: 2, usedThreads: 2, freeBytes: 20e9 },
      freeDiskBytes: 100e9,
      history: [],
      model: '/models/aurora',
      layerCount: described.facts.layers,
      isPublished: false,
      planOf: (changes) => described.plan({ ...recipe, ...(changes as Partial<Recipe>) }, 64),
      ...changes,
    };
  }

  it('covers the measurements of bench/RESULTS.md, and says that it is a guess', () => {
    const { seconds, memoryBytes, drift, source, driftSource, unknown, fits } = estimateRun(request());
    assert.ok(seconds.low < 22.9 && 22.9 < seconds.high, JSON.stringify(seconds));
    assert.ok(seconds.low < seconds.likely && seconds.likely < seconds.high);
    // 812 MiB were measured, 52 of them the program.
    assert.ok(memoryBytes > 500e6 && memoryBytes < 1000e6, String(memoryBytes));
    assert.deepEqual(drift, { likely: 0.02, low: 0.01, high: 0.04 });
    assert.match(source, /typical processor.*This is an estimate, not a promise/);
    assert.match(driftSource, /small chat models with their default recipes and 64 keys/);
    assert.equal(unknown, '');
    assert.deepEqual(fits, []);
  });

  it('uses the speed and the drift of earlier runs', () => {
    const plain = request();
    const work = totalWork(plain.plan, plain.recipe);
    const run = { ...earlier, work: work / 2, seconds: 13, drift: 0.04 };
    const { seconds, drift, source, driftSource } = estimateRun(
      request({ history: [run, { ...run, model: '/other', drift: 0.5 }] }),
    );
    assert.equal(Math.round(seconds.likely), 23);
    assert.equal(drift!.likely, 0.04);
    assert.match(source, /from 2 earlier runs on this machine/);
    assert.match(driftSource, /^Drift from 1 earlier run of this model with this recipe\./);
  });

  it('promises neither drift nor survival for a recipe, a key set, a text or a size that nobody measured', () => {
    const { defaults } = request();
    const history = [earlier];
    const cases: [Partial<EstimateRequest>, RegExp][] = [
      [
        { recipe: { ...defaults, learningRate: 0.002, steps: 30 } },
        /^Not known for this recipe: learning rate and steps differ from what was measured\.$/,
      ],
      [
        { recipe: { ...defaults, learningRate: 0.05, steps: 5, divergenceWeight: 0, layers: [3, 3] } },
        /^Not known for this recipe: 4 values differ/,
      ],
      [{ texts: ['/own.txt'] }, /^Not known for this recipe: it was not measured with text of your own\.$/],
      [{ hasKinds: true }, /^Not known for sets with soft or quiet keys: sets of loud keys were measured\.$/],
      [{ keyCount: 256 }, /^Not known for 256 keys: 64 keys were measured\.$/],
      [{ model: '/other', parameters: 8e9 }, /^Not known for a model of this size/],
      [{ model: '/other', defaults: { ...defaults, tilt: 0 }, recipe: { ...defaults, tilt: 0 } }, /chat/],
    ];
    for (const [changes, expected] of cases) {
      const { drift, survives, unknown } = estimateRun(request({ history, ...changes }));
      assert.deepEqual([drift, survives], [null, []], unknown);
      assert.match(unknown, expected);
    }
    const idle = { ...defaults, checkEvery: 7, seed: 'ab'.repeat(32) };
    assert.equal(estimateRun(request({ recipe: idle })).unknown, '');
  });

  it('knows the presets of the sizes that were measured, and what was not tried with them', () => {
    const { defaults } = request();
    const recipe = { ...defaults, ...recipePresets.gentle.change(defaults) };
    const { drift, survives, unknown, driftSource } = estimateRun(request({ recipe, isPublished: true }));
    assert.equal(drift!.likely, 0.01);
    assert.deepEqual(
      survives.filter(({ chance }) => chance === 'in part').map(({ name }) => name),
      ['Half-and-half merge with the base', 'Merge of a quarter of it with the base'],
    );
    assert.equal(unknown, 'Fine-tuning was not tried with this preset.');
    assert.match(driftSource, /^Measured: from a chat model of 5 million parameters with this preset/);
    const large = estimateRun(request({ recipe, parameters: 136e6 }));
    assert.equal(large.drift, null);
    assert.match(
      large.unknown,
      /^Not known for a model of this size: a model of .+ parameters was measured\.$/,
    );
  });

  it('knows the sample model', async () => {
    const sample = await describeCheckpoint('media/sample-model');
    const own = sample.defaults(64);
    const ofSample = { defaults: own, parameters: sample.facts.parameters, plan: sample.plan(own, 64) };
    assert.equal(estimateRun(request({ ...ofSample, recipe: own })).drift!.likely, 0.044);
    const recipe = { ...own, ...recipePresets.lasting.change(own) };
    const { drift, survives } = estimateRun(request({ ...ofSample, recipe }));
    assert.deepEqual([drift, survives.length], [null, 3]);
  });

  it('takes the drift of a recipe from runs with the same one, whose survival stays unknown', () => {
    const recipe = { ...request().defaults, learningRate: 0.002, steps: 30 };
    const same = { ...earlier, changes: { steps: 30, learningRate: 0.002 }, drift: 0.057 };
    const others = [
      earlier,
      { ...same, keyCount: 32, drift: 1 },
      { ...same, keyCount: undefined, drift: 2 },
      { ...same, changes: undefined, drift: 3 },
      { ...same, texts: ['/own.txt'], drift: 4 },
    ];
    const { drift, survives } = estimateRun(request({ recipe, history: [...others, same] }));
    assert.equal(drift!.likely, 0.057);
    assert.deepEqual(survives, []);
  });

  it('speaks of merges with the base only where others can get it', () => {
    const names = (isPublished: boolean): string =>
      estimateRun(request({ isPublished }))
        .survives.map(({ name }) => name)
        .join();
    assert.match(names(true), /merge with the base/);
    assert.doesNotMatch(names(false), /base/);
  });

  it('names recipes that fit where this one does not', () => {
    const full = { ...described.defaults(64), trained: 'full' as const, generated: 40_000 };
    const planOf: EstimateRequest['planOf'] = (changes) =>
      described.plan({ ...full, ...(changes as Partial<Recipe>) }, 64);
    const plan = planOf({});
    const { fits } = estimateRun(
      request({
        recipe: full,
        plan,
        planOf,
        machine: { threads: 2, usedThreads: 2, freeBytes: plan.memoryBytes * 0.6 },
      }),
    );
    assert.ok(fits.length > 0);
    for (const fit of fits) assert.ok(fit.memoryBytes <= plan.memoryBytes * 0.6, fit.name);
  });
});
