import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatLuck } from '../../../../../webview/steps/keys/words';
import { plain } from '../../plainSpaces';

describe('words of the step Keys', () => {
  it('says small chances as people count', () => {
    const chances = [0.2, 1 / 116, 1e-6, 1 / 1.84e6, 1 / 37e6, 1e-56].map((p) =>
      plain(formatLuck(Math.log10(p))),
    );
    assert.deepEqual(chances, [
      '20 %',
      '1 in 116',
      '1 in 1 million',
      '1 in 1.8 million',
      '1 in 37 million',
      '1 in 10⁵⁶',
    ]);
  });
});
