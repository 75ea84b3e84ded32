import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RandomStream } from '../../../src/common/random';
import { bootstrapIntervals, quantile } from '../../../src/drift/bootstrap';
import { compareRows, compareTokens } from '../../../src/drift/compareTokens';
import { measureDrift, type DriftRequest } from '../../../src/drift/measureDrift';
import { fakeModel } from '../suspects/fakeModel';

const watch = { report: () => undefined };
const logOf = (probabilities: number[]) => probabilities.map((p) => Math.log(p) + 3);

const prompt = { ids: [0], role: 'beginning', text: 'Once' } as const;
const base = fakeModel({ vocabularySize: 3, logitsOf: () => logOf([0.5, 0.25, 0.25]) });
const marked = fakeModel({ vocabularySize: 3, logitsOf: () => logOf([0.25, 0.5, 0.25]) });

function request(changes: Partial<DriftRequest> = {}): DriftRequest {
  return {
    base,
    marked,
    texts: [
      [0, 0, 1],
      [0, 2],
    ],
    prompts: [],
    continuationTokens: 4,
    stopIds: [],
    seed: new Uint8Array(32),
    ...changes,
  };
}

describe('drift', () => {
  it('gives the loss, KL and agreement computed by hand', async () => {
    const drift = await measureDrift(request(), watch);
    // Predicted tokens 0, 1, 2: base log2 p −1, −2, −2; marked −2, −1, −2. KL = 0.5 ln 2 − 0.25 ln 2.
    assert.equal(drift.tokens, 3);
    assert.ok(Math.abs(drift.baseLoss - (5 / 3) * Math.LN2) < 1e-6);
    assert.ok(Math.abs(drift.markedLoss - (5 / 3) * Math.LN2) < 1e-6);
    assert.ok(Math.abs(drift.kl.value - 0.25 * Math.LN2) < 1e-6);
    assert.ok(Math.abs(drift.klPercentile95 - 0.25 * Math.LN2) < 1e-6);
    assert.ok(Math.abs(drift.basePerplexity - 2 ** (5 / 3)) < 1e-5);
    assert.equal(drift.agreement.value, 0);
    assert.equal(drift.kl.interval95, null);
    assert.deepEqual(
      drift.klHistogram.map(({ tokens }) => tokens),
      [0, 0, 0, 0, 3, 0],
    );
  });

  it('is zero between a model and itself', async () => {
    const drift = await measureDrift(request({ marked: base, prompts: [prompt] }), watch);
    assert.equal(drift.kl.value, 0);
    assert.equal(drift.lossRise.value, 0);
    assert.equal(drift.agreement.value, 1);
    assert.equal(drift.unchangedShare, 1);
  });

  it('counts continued tokens up to the first difference', async () => {
    const later = fakeModel({
      vocabularySize: 3,
      logitsOf: (prefix) => logOf(prefix.length < 3 ? [0.5, 0.25, 0.25] : [0.25, 0.5, 0.25]),
    });
    const drift = await measureDrift(request({ marked: later, prompts: [prompt] }), watch);
    assert.deepEqual(drift.continuations[0]!.marked, [0, 0, 1, 1]);
    assert.equal(drift.continuations[0]!.isMarkedCut, true);
    assert.equal(drift.unchangedShare, 0.5);
  });

  it('gives the same sums however much is kept at once', async () => {
    const uneven = fakeModel({
      vocabularySize: 3,
      logitsOf: (prefix) => [prefix.length, Math.sin(prefix.reduce((a, b) => a + b, 0)), 1],
    });
    const texts = [
      [0, 1, 2, 0, 1],
      [2, 1],
      [1, 1, 1, 2, 0, 0, 1],
    ];
    const [whole, ofItself] = await compareTokens(base, [uneven, base], texts, watch);
    assert.deepEqual(new Set(ofItself!.klPerToken), new Set([0]));
    for (const rows of [1, 2, 3, 5]) {
      const [cut] = await compareTokens(base, [uneven, base], texts, watch, rows * 12);
      assert.deepEqual(cut!.sums, whole!.sums);
      assert.deepEqual([...cut!.klPerToken].sort(), [...whole!.klPerToken].sort());
    }
  });

  it('measures roundings of the base by the same figures, on the same texts', async () => {
    const rounded = fakeModel({ vocabularySize: 3, logitsOf: () => logOf([0.4, 0.35, 0.25]) });
    const roundings = [
      { bits: 8, model: base },
      { bits: 4, model: rounded },
    ];
    const drift = await measureDrift(request({ roundings, prompts: [prompt] }), watch);
    const plain = await measureDrift(request({ prompts: [prompt] }), watch);
    const alone = await measureDrift(request({ marked: rounded, prompts: [prompt] }), watch);
    assert.deepEqual({ ...drift, roundings: [] }, plain);
    const none = { value: 0, interval95: null };
    assert.deepEqual(drift.roundings, [
      { bits: 8, lossRise: none, kl: none, agreement: { ...none, value: 1 }, unchangedShare: 1 },
      {
        bits: 4,
        lossRise: alone.lossRise,
        kl: alone.kl,
        agreement: alone.agreement,
        unchangedShare: alone.unchangedShare,
      },
    ]);
  });

  it('leaves words with no probability out of the divergence', () => {
    const certain = Float32Array.from([0, -Infinity]);
    const even = Float32Array.from([1, 1]);
    assert.ok(Math.abs(compareRows(certain, even, 0).kl - Math.LN2) < 1e-12);
  });

  it('refuses texts with nothing to predict, and models with different vocabularies', async () => {
    await assert.rejects(measureDrift(request({ texts: [[0], []] }), watch), { reason: 'empty-text' });
    const wide = fakeModel({ vocabularySize: 4, logitsOf: () => [0, 0, 0, 0] });
    await assert.rejects(measureDrift(request({ marked: wide }), watch), { reason: 'different-vocabulary' });
  });
});

describe('bootstrap', () => {
  it('covers the mean in about 95 of 100 samples', () => {
    const random = new RandomStream(new Uint8Array(32).fill(3));
    let covered = 0;
    const trials = 200;
    for (let trial = 0; trial < trials; trial++) {
      const values = Array.from({ length: 60 }, () => random.nextFloat());
      const intervals = bootstrapIntervals([values], { mean: ([sum]) => sum! / 60 }, random);
      if (intervals!.mean.low <= 0.5 && intervals!.mean.high >= 0.5) covered++;
    }
    assert.ok(covered >= 178 && covered <= 199, `${covered} of ${trials}`);
  });

  it('gives the same interval for the same seed and none for few texts', () => {
    const draw = () =>
      bootstrapIntervals(
        [[1, 2, 3, 4, 5, 9]],
        { sum: ([sum]) => sum! },
        new RandomStream(new Uint8Array(32)),
      );
    assert.deepEqual(draw(), draw());
    assert.equal(
      bootstrapIntervals([[1, 2]], { sum: ([s]) => s! }, new RandomStream(new Uint8Array(32))),
      undefined,
    );
  });

  it('interpolates quantiles', () => {
    assert.equal(quantile([0, 10], 0.25), 2.5);
    assert.equal(quantile([4], 0.95), 4);
  });
});
