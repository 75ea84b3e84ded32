import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { News } from '../../../../src/jobs/runFolder/journal';
import { ClearedRuns, isFinished } from '../../../../src/vscode/runs/ends/clearedRuns';
import { journal, runOf, started } from './journalOfRun';

const done: News = { type: 'ended', status: 'done' };

function openMemory(): ConstructorParameters<typeof ClearedRuns>[0] {
  let kept: unknown;
  return {
    get: () => kept as never,
    update: (_key, value) => Promise.resolve(void (kept = value)),
  };
}

describe('clearing finished runs', () => {
  it('leaves those that work or can be resumed', () => {
    const states = ['running', 'paused', 'failed', 'done', 'cancelled'] as const;
    const finished = (canResume: boolean) => states.filter((state) => isFinished({ state, canResume }));
    assert.deepEqual(finished(true), []);
    assert.deepEqual(finished(false), ['paused', 'failed', 'done', 'cancelled']);
  });

  it('takes a run out of the list until it works again', async () => {
    const cleared = new ClearedRuns(openMemory());
    const ended = runOf('embed', {}, journal([started, done]));
    assert.deepEqual(cleared.filter([ended]), [ended]);
    await cleared.clear([ended]);
    assert.deepEqual(cleared.filter([ended]), []);
    const again = journal([started, done, started]);
    const live = runOf('embed', {}, again, true);
    assert.deepEqual(cleared.filter([live]), [live]);
    const endedAgain = runOf('embed', {}, [...again, ...journal([done], 60)]);
    assert.deepEqual(cleared.filter([endedAgain]), [endedAgain]);
  });
});
