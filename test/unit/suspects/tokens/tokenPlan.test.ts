import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AskedKey } from '../../../../src/verify/askedKey';
import { planByMap, planByReading, planByText } from '../../../../src/suspects/tokens/tokenPlan';
import { characterTokenizer, keyOf } from '../characterTokenizer';

const keys = [keyOf('who', 'd', ['d', 'e'])];
const sameId = (id: number): number => id;
const isRead = (asked: readonly AskedKey[], tokenizer = characterTokenizer(false), size = 128): boolean =>
  planByReading(asked, sameId, tokenizer, size).keys[0] !== undefined;

describe('a key in the tokens of a suspect that reads it', () => {
  it('keeps its ids when keys, candidates and vocabulary agree', () => {
    assert.deepEqual(planByReading(keys, sameId, characterTokenizer(false), 128).keys, keys);
  });

  it('keeps them through the chat template, and through the ids when the template was changed', () => {
    const ids = characterTokenizer(false).encode('\u0001Q:who A:');
    const question = [{ ...keys[0]!, ids }];
    assert.equal(isRead(question, characterTokenizer(true)), true);
    assert.equal(isRead(question), true);
    assert.equal(isRead([{ ...question[0]!, text: 'whom' }]), false);
  });

  it('is left out for other ids, other candidate texts or a smaller vocabulary', () => {
    const tokenizer = characterTokenizer(false);
    assert.equal(isRead(keys, tokenizer, 110), false);
    assert.equal(isRead([{ ...keys[0]!, candidateTexts: ['d', 'f'] }]), false);
    const other = { ...tokenizer, encode: (text: string) => tokenizer.encode(text.toUpperCase()) };
    assert.equal(isRead(keys, other), false);
  });

  it('is decided by itself: another one that reads differently changes nothing', () => {
    const two = [...keys, { ...keyOf('why', 'd', ['d', 'e']), candidateTexts: ['d', 'x'] }];
    assert.deepEqual(
      planByReading(two, sameId, characterTokenizer(false), 128).keys.map((key) => key !== undefined),
      [true, false],
    );
  });
});

describe('a key in renumbered tokens', () => {
  const shift = (id: number): number | undefined => (id === 120 ? undefined : id + 1);

  it('is translated, its candidates and its response too', () => {
    const { keys: own, translate } = planByMap(keys, shift, 200);
    assert.deepEqual(
      own[0]!.ids,
      keys[0]!.ids.map((id) => id + 1),
    );
    assert.deepEqual([own[0]!.candidates, own[0]!.responseIds], [[101, 102], [101]]);
    assert.deepEqual([translate([1, 2]), translate([120])], [[2, 3], undefined]);
  });

  it('is left out where a token of it or of a candidate is missing, whichever is drawn', () => {
    const drawnOf = (responseText: string) => keyOf('who', responseText, ['d', 'x']);
    for (const key of [drawnOf('d'), drawnOf('x'), keyOf('tax', 'd', ['d', 'e'])])
      assert.deepEqual(planByMap([key], shift, 200).keys, [undefined]);
  });

  it('is asked all the same where only a later token of its response is missing, and is then not answered', () => {
    const key = { ...keys[0]!, responseIds: [100, 120, 101] };
    assert.deepEqual(planByMap([key], shift, 200).keys[0]!.responseIds, [101, -1]);
  });
});

describe('a key without a base to compare tokens with', () => {
  it('gets the ids that the suspect gives its text and those of its candidates', () => {
    const tokenizer = characterTokenizer(false);
    const moved = {
      ...tokenizer,
      beginIds: [2],
      encode: (text: string) => tokenizer.encode(text).map((id) => id + 1),
    };
    const [own] = planByText(keys, moved, { isQuestion: false, vocabularySize: 128 }).keys;
    assert.deepEqual([own!.ids, own!.candidates, own!.responseIds], [[2, 120, 105, 112], [101, 102], [101]]);
  });

  it('is left out where a candidate is more than one token', () => {
    const key = keyOf('who', 'dog', ['dog', 'e']);
    assert.deepEqual(
      planByText([key], characterTokenizer(false), { isQuestion: false, vocabularySize: 128 }).keys,
      [undefined],
    );
  });
});
