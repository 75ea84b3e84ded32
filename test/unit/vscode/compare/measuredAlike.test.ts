import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toolName } from '../../../../src/operations/toolVersion';
import { isMeasuredAlike } from '../../../../src/vscode/compare/measuredAlike';

describe('a measurement of drift', () => {
  const own = { tool: toolName, textSources: ['bundled stories.txt', 'bundled dialogues.jsonl'] };

  it('can be compared with those of all releases only if it is of the bundled text and of this version', () => {
    assert.equal(isMeasuredAlike(own), true);
    assert.equal(isMeasuredAlike({ ...own, textSources: ['mine.txt'] }), false);
    assert.equal(isMeasuredAlike({ ...own, textSources: ['bundled stories.txt', 'mine.txt'] }), false);
    assert.equal(isMeasuredAlike({ ...own, tool: 'fingerprint-model 0.0.9' }), false);
  });
});
