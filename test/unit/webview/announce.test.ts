import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PanelSnapshot } from '../../../src/protocol/panel/snapshot';
import { alarm, announce } from '../../../webview/announce';
import { snapshots } from '../../pages/snapshots';

const running = snapshots.run!;

function withRun(changes: Partial<PanelSnapshot['run']>): PanelSnapshot {
  return { ...running, run: { ...running.run, ...changes } };
}

describe('announcements to screen readers', () => {
  it('skip the first snapshot and small progress', () => {
    assert.equal(announce(null, running), null);
    assert.equal(announce(running, withRun({ share: 0.63, secondsLeft: 150 })), null);
  });

  it('come at every tenth of the way', () => {
    assert.equal(announce(running, withRun({ share: 0.71 })), '70 percent.');
  });

  it('name a new phase and a new state', () => {
    const saving = { phase: 'Writing the checkpoint', done: null, total: null };
    assert.equal(announce(running, withRun({ stage: saving })), 'Writing the checkpoint.');
    assert.equal(announce(running, withRun({ state: 'paused' })), 'The run is paused.');
  });

  it('name the end of a run as it is', () => {
    assert.equal(announce(running, withRun({ state: 'done' })), 'The run is done.');
    const notReady = { message: 'Not ready to publish: only 62 of 64 keys answer', next: 'Take more steps.' };
    assert.equal(
      announce(running, withRun({ state: 'done', notReady })),
      'The run has ended. Not ready to publish: only 62 of 64 keys answer.',
    );
  });

  it('describe a check in words', () => {
    const checks = [...running.run.checks, { step: 80, loss: 0.1, recall: 1, drift: 0.03 }];
    assert.equal(
      announce(running, withRun({ checks })),
      'Step 80: 64 of 64 keys, drift 0.030 of 0.06 nats a token.',
    );
  });

  it('interrupt only for a run that fails, once', () => {
    const failed = snapshots['run-failed']!;
    assert.match(alarm(running, failed) ?? '', /^Training stopped/);
    assert.equal(alarm(failed, failed), null);
    assert.equal(alarm(null, failed), null);
    assert.equal(alarm(running, snapshots['run-interrupted']!), null);
  });
});
