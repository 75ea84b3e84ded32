import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findShortfalls } from '../../../../src/embed/shortfall';
import { shortfallsSchema, type Shortfall } from '../../../../src/contract/shortfall';
import { sayEachShortfall, sayNotReady, sayWhatToDo } from '../../../../src/reports/words/notReady';
import { listProbeFindings, sayProbeFindings } from '../../../../src/reports/words/probeWords';

const plain = (text: string): string => text.replaceAll('\u202f', ' ');
const drift = (measured: number, limit = 0.06): Shortfall => ({ kind: 'drift', measured, limit });
const recall = (measured: number): Shortfall => ({ kind: 'recall', measured, limit: 1 });

describe('the words for a copy that falls short', () => {
  const say = (shortfall: Shortfall, keyCount?: number): string =>
    plain(sayNotReady({ shortfalls: [shortfall], keyCount })).replace('Not ready to publish: ', '');

  it('are one sentence with every figure', () => {
    const shortfalls = [drift(0.61), recall(62 / 64)];
    assert.equal(
      sayNotReady({ shortfalls, keyCount: 64 }),
      'Not ready to publish: its drift is 0.61 nats a token, ten times its budget of 0.06, and only 62 of 64 keys answer',
    );
    assert.deepEqual(sayEachShortfall({ shortfalls, keyCount: 64 }), [
      'Not ready to publish: its drift is 0.61 nats a token, ten times its budget of 0.06.',
      'Not ready to publish: only 62 of 64 keys answer.',
    ]);
  });

  const drifts: [measured: number, limit: number, said: string][] = [
    [0.0604, 0.06, 'its drift is 0.0604 nats a token, over its budget of 0.06'],
    [0.11, 0.06, 'its drift is 0.11 nats a token, over its budget of 0.06'],
    [0.12, 0.06, 'its drift is 0.12 nats a token, twice its budget of 0.06'],
    [0.15, 0.06, 'its drift is 0.15 nats a token, more than twice its budget of 0.06'],
    [1.3, 0.06, 'its drift is 1.30 nats a token, more than 21 times its budget of 0.06'],
    [0.0312, 1e-6, 'its drift is 0.031 nats a token, 31 000 times its budget of 10⁻⁶'],
    [5, 1e-9, 'its drift is 5.00 nats a token, far over its budget of 10⁻⁹'],
    [Number.NaN, 0.06, 'its drift could not be measured'],
  ];
  for (const [measured, limit, said] of drifts)
    it(`name a drift of ${measured} with a budget of ${limit}`, () => {
      assert.equal(say(drift(measured, limit)), said);
    });

  it('count keys where their number is known, and never round up to all', () => {
    assert.equal(say(recall(1 / 64), 64), 'only 1 of 64 keys answers');
    assert.equal(say(recall(0), 64), 'none of its keys answers');
    assert.equal(say(recall(0.9999)), 'only 99.9 % of its keys answer');
    assert.equal(say(recall(Number.NaN), 64), 'its keys could not be asked');
  });

  it('refer to the note where no figures are known', () => {
    assert.equal(sayNotReady({ shortfalls: [] }), 'Not ready to publish: the note in its folder says why');
  });

  it('say what to do: the advice of the run, else what helps in general', () => {
    assert.equal(sayWhatToDo({ shortfalls: [drift(1)], advice: 'Take less.' }), 'Take less.');
    assert.match(sayWhatToDo({ shortfalls: [drift(1)] }), /lower learning rate/);
    assert.match(sayWhatToDo({ shortfalls: [recall(0.5)] }), /more steps/);
    assert.match(sayWhatToDo({ shortfalls: [drift(1), recall(0.5)] }), /fewer keys/);
  });
});

describe('shortfalls', () => {
  it('survive JSON, even one that was no number', () => {
    const found = findShortfalls({ recall: 0.5, drift: { kl: Number.NaN } }, { driftBudget: 0.06 });
    assert.deepEqual(shortfallsSchema.parse(JSON.parse(JSON.stringify(found))), found);
  });
});

describe('the findings of the probe', () => {
  const found = {
    learningRate: 3e-4,
    stateShift: 0.0412,
    predictionShift: 0.012,
    weightScale: 0.0214,
    normScale: 0.94,
    entropy: 2.31,
  };

  it('are shown in plain words with units', () => {
    assert.deepEqual(
      listProbeFindings(found).map(({ name, value }) => `${name}: ${plain(value)}`),
      [
        'Chosen learning rate: 0.0003',
        'A step moves hidden states by: 4.12 %',
        'A step moves predictions by: 0.012 nats',
        'Typical size of trained weights: 0.021',
        'Typical size of norm weights: 0.94',
        'Entropy of ordinary text: 2.31 nats',
      ],
    );
    assert.match(sayProbeFindings(found), /^What the probe found: chosen learning rate 0\.0003, a step /);
  });
});
