import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatSetting, nameOfPath } from '../../../webview/words';

describe('words of the panel', () => {
  it('says settings as they were set', () => {
    assert.deepEqual([formatSetting(0.06), formatSetting(0.5), formatSetting(2)], ['0.06', '0.5', '2']);
  });

  it('names files of either kind of system', () => {
    assert.equal(nameOfPath('/data/models/aurora/'), 'aurora');
    assert.equal(nameOfPath('C:\\models\\aurora'), 'aurora');
  });
});
