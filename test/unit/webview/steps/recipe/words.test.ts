import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatRoughRange } from '../../../../../webview/steps/recipe/words';
import { plain } from '../../plainSpaces';

describe('words of the step Recipe', () => {
  it('says a range in one unit where both ends share it', () => {
    assert.equal(plain(formatRoughRange(350, 640)), '6 to 11 min');
    assert.equal(plain(formatRoughRange(40, 120)), '40 s to 2 min');
    assert.equal(plain(formatRoughRange(300, 310)), '5 min');
    assert.equal(plain(formatRoughRange(3600, 9600)), '1 h to 2 h 40 min');
  });
});
