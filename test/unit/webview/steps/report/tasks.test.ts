import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isDone } from '../../../../../webview/steps/report/tasks';

describe('a task before publishing', () => {
  it('is done when it passed, and a verification when it has found the keys', () => {
    for (const state of ['passed', 'match', 'agrees'] as const) assert.equal(isDone({ state }), true, state);
    for (const state of ['unknown', 'failed', 'no-evidence', 'refused'] as const)
      assert.equal(isDone({ state }), false, state);
  });
});
