import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import {
  describeCheckpoint,
  type DescribedCheckpoint,
} from '../../../../../src/operations/describeCheckpoint';
import type { Recipe } from '../../../../../src/contract/recipe';
import {
  estimateRun,
  totalWork,
  type EstimateRequest,
} from '../../../../../src/vscode/panel/recipe/estimate';

describe('estimating a run', () => {
  let described: DescribedCheckpoint;
  before(async () => void (described = await describeCheckpoint('test/fixtures/models/chat-5M')));

  function request(changes: Partial<EstimateRequest> = {}): EstimateRequest {
    const recipe = described.defaults(64);
    return {
      recipe,
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
    const { seconds, memoryBytes, drift, source, fits } = estimateRun(request());
    assert.ok(seconds.low < 22.9 && 22.9 < seconds.high, JSON.stringify(seconds));
    assert.ok(seconds.low < seconds.likely && seconds.likely < seconds.high);
    // 812 MiB were measured, 52 of them the program.
    assert.ok(memoryBytes > 500e6 && memoryBytes < 1000e6, String(memoryBytes));
    assert.deepEqual(drift, { likely: 0.02, low: 0.01, high: 0.04 });
    assert.match(source, /typical processor.*This is an estimate, not a promise/);
    assert.deepEqual(fits, []);
  });

  it('uses the speed and the drift of earlier runs', () => {
    const plain = request();
    const work = totalWork(plain.plan, plain.recipe);
    const run = { model: '/models/aurora', work: work / 2, seconds: 13, drift: 0.04 };
    const { seconds, drift, source } = estimateRun(request({ history: [run, { ...run, model: '/other' }] }));
    assert.equal(Math.round(seconds.likely), 23);
    assert.equal(drift.likely, 0.04);
    assert.match(source, /from 2 earlier runs on this machine, drift from 1 earlier run of this model/);
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
