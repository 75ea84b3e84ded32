import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { splitDifference } from '../../../webview/steps/report/differences';
import { readPlan } from '../../../webview/steps/keys/plan';
import { formatClock, formatLuck, formatRoughRange, formatSetting, nameOfPath } from '../../../webview/words';

/** Thin spaces as ordinary ones, to be read here. */
function plain(words: string): string {
  return words.replaceAll('\u202f', ' ');
}

describe('words of the panel', () => {
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

  it('says a range in one unit where both ends share it', () => {
    assert.equal(plain(formatRoughRange(350, 640)), '6 to 11 min');
    assert.equal(plain(formatRoughRange(40, 120)), '40 s to 2 min');
    assert.equal(plain(formatRoughRange(300, 310)), '5 min');
    assert.equal(plain(formatRoughRange(3600, 9600)), '1 h to 2 h 40 min');
  });

  it('says times of a clock and settings as they were set', () => {
    assert.deepEqual([formatClock(41), formatClock(171), formatClock(3729)], ['0:41', '2:51', '1:02:09']);
    assert.deepEqual([formatSetting(0.06), formatSetting(0.5), formatSetting(2)], ['0.06', '0.5', '2']);
  });

  it('names files of either kind of system', () => {
    assert.equal(nameOfPath('/data/models/aurora/'), 'aurora');
    assert.equal(nameOfPath('C:\\models\\aurora'), 'aurora');
  });
});

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

  it('can be a text that goes on', () => {
    assert.deepEqual(splitDifference('one two three', 'one two'), {
      before: 'one two',
      changed: ' three',
      after: '',
    });
    assert.deepEqual(splitDifference('one', 'one'), { before: 'one', changed: '', after: '' });
  });
});

describe('plan of a key set', () => {
  const plan = { count: 64, responseLength: 1, promptsFile: null };

  it('takes good numbers and explains the others', () => {
    const typed: Record<string, string> = { count: '128', responseLength: '99' };
    const { plan: read, problems } = readPlan(plan, { get: (field) => typed[field] });
    assert.equal(read.count, 128);
    assert.equal(read.responseLength, 1);
    assert.deepEqual(Object.keys(problems), ['responseLength']);
    assert.equal(readPlan(plan, { get: () => ' ' }).problems.count, 'A whole number from 4 to 4 096.');
  });
});
