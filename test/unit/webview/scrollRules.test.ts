import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { snapshots } from '../../pages/snapshots';
import { subjectOf } from '../../../webview/parts/scrollRules';

describe('what a page is about', () => {
  const of = (name: string, isPlanOpen = false): string => subjectOf(snapshots[name]!, isPlanOpen);

  it('changes with the step, and in Keys between the form, the drawing and the sets', () => {
    const all = [of('model'), of('keys-none'), of('keys-drawing'), of('keys'), of('recipe'), of('run')];
    assert.equal(new Set(all).size, all.length);
    assert.equal(of('keys', true), of('keys-none'));
  });

  it('stays the same while keys are revealed, a set is unlocked or a run proceeds', () => {
    assert.equal(of('keys-revealed'), of('keys'));
    assert.equal(of('keys-locked'), of('keys-saved'));
    assert.equal(of('run-paused'), of('run'));
  });
});
