import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NearDuplicates } from '../../../src/fingerprint/nearDuplicates';

function listAccepted(texts: readonly string[]): string[] {
  const taken = new NearDuplicates();
  return texts.filter((text) => taken.addIfNew(text));
}

describe('near-duplicates', () => {
  it('are texts that differ in case, punctuation, order or a word in many', () => {
    const first = 'What is the capital city of France?';
    const copies = [first, 'what is the CAPITAL city of france', 'Of France, what is the capital city?'];
    assert.deepEqual(listAccepted([...copies, 'What is the capital city of Spain?']), [first]);
  });

  it('are not texts that only begin alike', () => {
    const texts = [
      'Once upon a time, there was a little girl named Lily who loved cake',
      'Once upon a time, there was an old bear in the wood and it slept',
    ];
    assert.deepEqual(listAccepted(texts), texts);
  });

  it('are found in short texts and in scripts without spaces', () => {
    assert.deepEqual(listAccepted(['Hello there', 'hello there!', 'Good bye']), ['Hello there', 'Good bye']);
    assert.deepEqual(listAccepted(['今日は天気がいい', '今日は天気がいいね', '猫が好きです']), [
      '今日は天気がいい',
      '猫が好きです',
    ]);
  });
});
