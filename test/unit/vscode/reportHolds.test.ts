import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { holdsFor } from '../../../src/vscode/index/reportHolds';

const minuteMs = 60_000;
const now = Date.parse('2026-11-27T12:00:00Z');
const at = (minutes: number): string => new Date(now + minutes * minuteMs).toISOString();
const checkpoint = { path: '/models/a', changedAtMs: now - 60 * minuteMs };
const claim = { isOwn: true, path: '/models/a', digest: 'd1', date: at(-30) };

describe('a verdict beside a checkpoint', () => {
  it('is shown while the weights are those that were judged', () => {
    assert.equal(holdsFor(checkpoint, claim, undefined, now), true);
    assert.equal(holdsFor({ ...checkpoint, changedAtMs: now }, claim, undefined, now), false);
    assert.equal(holdsFor(checkpoint, { ...claim, path: '/models/b' }, undefined, now), false);
  });

  it('is never that of a report that came from elsewhere', () => {
    assert.equal(holdsFor(checkpoint, { ...claim, isOwn: false }, undefined, now), false);
  });

  it('does not hold for ever because its date is in the future', () => {
    for (const minutes of [2, 60 * 24 * 365 * 50])
      assert.equal(holdsFor(checkpoint, { ...claim, date: at(minutes) }, undefined, now), false);
  });

  it('is not that of another model whose digest is known', () => {
    const known = { digest: 'd2', atMs: now - minuteMs };
    assert.equal(holdsFor(checkpoint, claim, known, now), false);
    assert.equal(holdsFor(checkpoint, claim, { ...known, digest: 'd1' }, now), true);
    // A digest that is older than the weights says nothing about them.
    const changedAtMs = now - 40 * minuteMs;
    const old = { ...known, atMs: now - 50 * minuteMs };
    assert.equal(holdsFor({ ...checkpoint, changedAtMs }, claim, old, now), true);
  });
});
