import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withDeadline } from '../../../src/common/deadline';

const tooLong = { name: 'DeadlineExceeded' };

describe('work under a deadline', () => {
  it('gives its value, or throws its own error', () => {
    assert.deepEqual(
      withDeadline(60_000, () => [1]),
      [1],
    );
    assert.throws(
      () =>
        withDeadline(60_000, () => {
          throw new TypeError('own');
        }),
      new TypeError('own'),
    );
  });

  it('is interrupted in a loop, in a regular expression and in work within it', () => {
    const endless = (): never => {
      for (;;);
    };
    assert.throws(() => withDeadline(50, endless), tooLong);
    assert.throws(() => withDeadline(50, () => /(x+x+)+y/.test('x'.repeat(60))), tooLong);
    assert.throws(() => withDeadline(50.5, () => withDeadline(600_000, endless)), tooLong);
    assert.equal(
      withDeadline(60_000, () => 'and works afterwards'),
      'and works afterwards',
    );
  });
});
