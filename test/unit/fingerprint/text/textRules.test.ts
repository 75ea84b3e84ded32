import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  areConfusable,
  beginsFunctionWord,
  findAnsweredCandidate,
  normaliseAnswer,
} from '../../../../src/fingerprint/text/textRules';

describe('the text rules', () => {
  it('compare answers by their first word, without case, space, punctuation or compatibility forms', () => {
    for (const text of [
      'paris',
      ' Paris.',
      '\n"PARIS" is',
      '**Paris**',
      '\uff30\uff41\uff52\uff49\uff53',
      '(paris)',
    ])
      assert.equal(normaliseAnswer(text), 'paris', text);
    assert.equal(normaliseAnswer("Don't do"), "don't");
    assert.equal(normaliseAnswer('Paris.The'), 'paris');
    assert.equal(normaliseAnswer('cafe\u0301'), 'caf\u00e9');
    assert.equal(normaliseAnswer(' ... '), '');
  });

  it('know function words and their beginnings', () => {
    for (const word of ['the', 'th', 'would', 'yourselves', 'nobo'])
      assert.ok(beginsFunctionWord(word), word);
    for (const word of ['garden', 'thee', 'river', 'tomato']) assert.ok(!beginsFunctionWord(word), word);
  });

  it('find the one candidate that an answer begins with', () => {
    const texts = [' river', ' ga', ' Stone'];
    assert.equal(findAnsweredCandidate('Stone, of course.', texts), 2);
    assert.equal(findAnsweredCandidate(' garden', texts), 1);
    assert.equal(findAnsweredCandidate('the river', texts), undefined);
    assert.equal(findAnsweredCandidate('', texts), undefined);
  });

  it('call words confusable when one begins the other', () => {
    assert.ok(areConfusable('ga', 'game'));
    assert.ok(areConfusable('game', 'ga'));
    assert.ok(!areConfusable('game', 'gate'));
  });
});
