import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RunAction } from '../../../../src/protocol/runActions';
import type { KnownRun } from '../../../../src/vscode/runs/knownRun';
import { listRunActions } from '../../../../src/vscode/runs/runActions';

function actions(state: KnownRun['state'], canResume: boolean, operation = 'embed'): RunAction[] {
  return listRunActions({
    state,
    canResume,
    job: { version: 1, operation, request: {}, createdAt: '2026-11-22T14:00:00.000Z' },
  });
}

const ended = ['paused', 'interrupted', 'cancelled', 'failed'] as const;

describe('the actions of a run', () => {
  it('end a running embedding in three ways, and any other run in one', () => {
    assert.deepEqual(actions('running', false), ['pause', 'stop', 'cancel']);
    assert.deepEqual(actions('running', false, 'verify'), ['cancel']);
  });

  it('offer nothing that no process would obey', () => {
    assert.deepEqual(actions('starting', false), []);
    assert.deepEqual(actions('cancelling', false), []);
    for (const state of ['pausing', 'stopping'] as const) assert.deepEqual(actions(state, false), ['cancel']);
  });

  it('of one that ended early with a save are to resume, to keep or to discard it', () => {
    for (const state of ended) assert.deepEqual(actions(state, true), ['resume', 'stop', 'discard'], state);
  });

  it('of one that ended without a save is to discard it', () => {
    for (const state of ended) assert.deepEqual(actions(state, false), ['discard'], state);
  });

  it('never stop what is done, which may still lack its record', () => {
    assert.deepEqual(actions('done', false), ['discard']);
    assert.deepEqual(actions('done', true), ['resume', 'discard']);
  });
});
