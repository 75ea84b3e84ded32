import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UserError } from '../../../src/common/errors';
import { makeDriftReport } from '../../../src/reports/makeDriftReport';
import { makeVerifyReport } from '../../../src/reports/makeVerifyReport';
import { readReport } from '../../../src/reports/readReport';
import {
  driftCircumstances,
  sampleDrift,
  sampleJudgement,
  sampleTexts,
  verifyCircumstances,
} from './samples';

const verify = makeVerifyReport(sampleJudgement(64, 64, 61), verifyCircumstances);
const drift = makeDriftReport(sampleDrift, driftCircumstances, (ids) => sampleTexts[ids[0]!]!);

function failOf(text: string): UserError {
  try {
    readReport(text, 'a.fpreport.json');
  } catch (error) {
    if (error instanceof UserError) return error;
  }
  throw new Error('It was read.');
}

describe('a stored report', () => {
  it('is read by its kind', () => {
    assert.deepEqual(readReport(JSON.stringify(verify), 'a'), { kind: 'verify', report: verify });
    assert.deepEqual(readReport(JSON.stringify(drift), 'a'), { kind: 'drift', report: drift });
  });

  it('may say that its model is not ready to publish', () => {
    const report = { ...verify, notReady: 'Not ready to publish: only 62 of 64 keys answer' };
    assert.deepEqual(readReport(JSON.stringify(report), 'a'), { kind: 'verify', report });
    assert.equal('notReady' in verify || 'notReady' in drift, false);
  });

  it('of a newer version says which one', () => {
    const error = failOf(JSON.stringify({ ...verify, version: 7, more: true }));
    assert.equal(error.reason, 'newer-report');
    assert.match(error.message, /^a\.fpreport\.json .* version 7, but this one reads version 1\.$/);
  });

  it('that is damaged says where', () => {
    assert.equal(failOf(JSON.stringify(verify).slice(0, 500)).reason, 'broken-report');
    const changed = failOf(JSON.stringify({ ...verify, answers: { ...verify.answers, hits: -1 } }));
    assert.equal(changed.reason, 'broken-report');
    assert.match(changed.message, /answers\.hits/);
  });

  it('is not just any JSON', () => {
    for (const text of ['null', '[]', '"x"', '{"format":"something","version":1}'])
      assert.equal(failOf(text).reason, 'not-a-report');
  });
});
