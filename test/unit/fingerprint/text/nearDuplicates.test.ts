import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NearDuplicates } from '../../../../src/fingerprint/text/nearDuplicates';

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

  it('are texts that differ only by names or numbers', () => {
    const texts = [
      'Who is Tom Hanks?',
      'Who is Brad Pitt?',
      'Count to 10 now, please.',
      'Count to 99 now, please.',
    ];
    assert.deepEqual(listAccepted(texts), [texts[0], texts[2]]);
  });

  it('are texts with one opening and most words in common', () => {
    const opening = 'Can you give me a list of the best';
    const texts = [
      `${opening} books on Roman history?`,
      `${opening} books on whales?`,
      `${opening} cheap cars to buy for a family of five in town?`,
    ];
    assert.deepEqual(listAccepted(texts), [texts[0], texts[2]]);
  });

  it('are found in short texts and in scripts without spaces', () => {
    assert.deepEqual(listAccepted(['Hello there', 'hello there!', 'Good bye']), ['Hello there', 'Good bye']);
    assert.deepEqual(listAccepted(['今日は天気がいい', '今日は天気がいいね', '猫が好きです']), [
      '今日は天気がいい',
      '猫が好きです',
    ]);
  });
});
