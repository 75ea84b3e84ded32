import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readPlan } from '../../../../../webview/steps/keys/plan';

describe('plan of a key set', () => {
  const plan = { count: 64, responseLength: 1, soft: 0, quiet: 0, promptsFile: null };

  it('accepts valid numbers and explains the others', () => {
    const typed: Record<string, string> = { count: '128', responseLength: '99' };
    const { plan: read, problems } = readPlan(plan, { get: (field) => typed[field] });
    assert.equal(read.count, 128);
    assert.equal(read.responseLength, 1);
    assert.deepEqual(Object.keys(problems), ['responseLength']);
    assert.equal(readPlan(plan, { get: () => ' ' }).problems.count, 'A whole number from 4 to 4 096.');
  });

  it('has no more soft and quiet keys than keys', () => {
    const typed: Record<string, string> = { soft: '40', quiet: '25' };
    const { problems } = readPlan(plan, { get: (field) => typed[field] });
    assert.deepEqual(problems, { quiet: 'At most 64 keys together: the set has no more.' });
  });
});
