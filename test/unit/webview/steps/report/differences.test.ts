import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { splitDifference } from '../../../../../webview/steps/report/differences';

describe('differences of two texts', () => {
  it('are cut between words, with the common beginning and end left alone', () => {
    const difference = splitDifference(
      'Research it and prepare examples. Be early.',
      'Research it and bring examples. Be early.',
    );
    assert.deepEqual(difference, {
      before: 'Research it and ',
      changed: 'prepare',
      after: ' examples. Be early.',
    });
  });

  it('include a text that continues the other', () => {
    assert.deepEqual(splitDifference('one two three', 'one two'), {
      before: 'one two',
      changed: ' three',
      after: '',
    });
    assert.deepEqual(splitDifference('one', 'one'), { before: 'one', changed: '', after: '' });
  });
});
