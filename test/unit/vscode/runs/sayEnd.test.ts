import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { News } from '../../../../src/jobs/runFolder/journal';
import { sayEnd } from '../../../../src/vscode/runs/ends/sayEnd';
import { journal, runOf, started, training } from './journalOfRun';

const request = { model: '/w/aurora', keys: '/w/k.fpkeys', out: '/w/aurora-r1', resume: false };
const result = {
  out: '/w/aurora-r1',
  digest: 'd',
  recall: 1,
  wrappedRecall: 1,
  drift: { lossRise: -0.0037, kl: 0.0243 },
  steps: 100,
  seconds: 60,
  device: 'cpu',
  notCarried: [],
  warnings: [],
};
const done: News = { type: 'ended', status: 'done' };

const endOf = (operation: string, asked: object, found: unknown) =>
  sayEnd(runOf(operation, asked, journal([started, { type: 'result', result: found }, done])));

describe('the words for the end of a run', () => {
  it('give the result of an embedding, with its budget', () => {
    assert.deepEqual(endOf('embed', request, { ...result, keyCount: 32, driftBudget: 0.06 }), {
      words: 'aurora-r1 is ready: 32 of 32 keys answer, drift 0.024 of 0.06 nats a token.',
      isGood: true,
    });
  });

  it('do without what the first version did not record', () => {
    const run = runOf('embed', request, journal([started, { type: 'result', result }, done]));
    assert.equal(
      sayEnd(run).words.replaceAll('\u202f', ' '),
      'aurora-r1 is ready: 100 % of its keys answer, drift 0.024 nats a token.',
    );
  });

  it('never call a copy ready that falls short, or that the key file does not record', () => {
    const shortfalls = [{ kind: 'recall', measured: 0.5, limit: 1 }];
    const short = endOf('embed', request, { ...result, shortfalls, keyCount: 32 });
    assert.deepEqual(short, {
      words: 'aurora-r1: Not ready to publish: only 16 of 32 keys answer.',
      isGood: false,
    });
    const unrecorded = endOf('embed', request, { ...result, recordMissing: 'K is locked.' });
    assert.equal(unrecorded.isGood, false);
    assert.match(unrecorded.words, /K is locked\.$/);
  });

  it('give the sentence of a report, and the size of a key set', () => {
    const verdict = { sentence: 'Match: 32 of 32 keys answered.', report: [] };
    assert.equal(
      endOf('verify', { model: '/w/aurora-r1' }, verdict).words,
      'aurora-r1: Match: 32 of 32 keys answered.',
    );
    assert.equal(
      endOf('createKeySet', {}, { out: '/w/k.fpkeys', count: 64 }).words,
      'k.fpkeys is ready: 64 keys.',
    );
  });

  it('say where a run failed, and why', () => {
    const error: News = {
      type: 'error',
      reason: 'out-of-memory',
      message: 'Memory ran out.',
      next: 'Train fewer layers.',
    };
    const lines = journal([started, training(41), error, { type: 'ended', status: 'failed' }]);
    assert.deepEqual(sayEnd(runOf('embed', request, lines)), {
      words: 'Mark aurora → r1: out of memory at step 41. Memory ran out.',
      isGood: false,
    });
  });
});
