import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cutMiddle } from '../../../src/words/cutMiddle';

describe('a long name', () => {
  it('is cut in its middle, so that both ends can be compared', () => {
    assert.equal(cutMiddle('aurora-1.5b-instruct-step-12000', 15), 'aurora-…p-12000');
    assert.equal(cutMiddle('aurora', 15), 'aurora');
    assert.equal(cutMiddle('x'.repeat(300), 40).length, 40);
  });

  it('keeps characters of two units whole', () => {
    assert.equal(cutMiddle('😀'.repeat(9), 5), '😀😀…😀😀');
  });
});
