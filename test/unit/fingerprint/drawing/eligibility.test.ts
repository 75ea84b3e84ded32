import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ResponsePlace, createEligibility } from '../../../../src/fingerprint/drawing/eligibility';
import { createFakeTokenizer, fakeVocabulary, findToken } from '../fakes';

const tokenizer = createFakeTokenizer('text');
const judge = createEligibility(tokenizer);

function placeAfter(encodedText: string, baseAnswer = ''): ResponsePlace {
  return { text: encodedText, encodedText, encodedIds: tokenizer.encode(encodedText), baseAnswer };
}

const place = placeAfter(' bakex the');
const isEligible = (text: string, at = place) => judge(at, findToken(text), []) !== undefined;

describe('eligible first tokens', () => {
  it('are whole words', () => {
    assert.deepEqual(judge(place, findToken(' lomix'), []), {
      id: findToken(' lomix'),
      text: ' lomix',
      word: 'lomix',
    });
  });

  it('are no special tokens, function words, digits, punctuation, single letters, spaces or several words', () => {
    for (const text of ['<turn>', ' the', ' she', ' 42', '.', ' a', ' X', '  ', ' two words'])
      assert.equal(isEligible(text), false, JSON.stringify(text));
    assert.equal(judge(place, fakeVocabulary.length + 5, []), undefined);
  });

  it('do not continue a begun word', () => {
    assert.equal(isEligible('ing'), false);
    assert.equal(isEligible('ing', placeAfter(' bakex  ')), true);
  });

  it('survive decoding and encoding after the key', () => {
    assert.equal(isEligible('me', placeAfter(' bakex  ')), false, 'beginning of a function word');
    // After "ga" the text "game" is encoded as one other token.
    const broken = { text: ' ga', encodedText: ' ga', encodedIds: [findToken(' ga')], baseAnswer: '' };
    const joined = createEligibility({
      ...tokenizer,
      encode: (text) => tokenizer.encode(text.trimEnd() + '.'),
    });
    assert.equal(joined(broken, findToken(' lomix'), []), undefined);
  });

  it('cannot be confused with the base answer or with one another', () => {
    assert.equal(isEligible(' lomix', placeAfter(' bakex', 'lomix')), false);
    assert.equal(isEligible(' lomix', placeAfter(' bakex', 'lomixen')), false);
    assert.equal(isEligible(' lomix', placeAfter(' bakex', 'lo')), false);
    const chosen = [{ id: findToken(' ga'), text: ' ga', word: 'ga' }];
    assert.equal(judge(place, findToken(' game'), chosen), undefined);
    assert.notEqual(judge(place, findToken(' lomix'), chosen), undefined);
  });
});
