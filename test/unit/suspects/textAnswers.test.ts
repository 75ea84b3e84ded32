import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { askByText, isDecidableByText } from '../../../src/suspects/textAnswers';
import { characterTokenizer, keyOf } from './characterTokenizer';
import { fakeModel } from './fakeModel';

/** Continues a known prompt with a known text, then ends. */
function scriptedModel(script: Readonly<Record<string, string>>) {
  return fakeModel({
    vocabularySize: 128,
    logitsOf: (prefix) => {
      const text = String.fromCharCode(...prefix);
      const entry = Object.entries(script).find(
        ([prompt, answer]) => (prompt + answer).startsWith(text) && text.length >= prompt.length,
      );
      const next = entry ? (entry[0] + entry[1]).charCodeAt(text.length) : Number.NaN;
      return Array.from({ length: 128 }, (_, id) => (id === (Number.isNaN(next) ? 2 : next) ? 1 : 0));
    },
  });
}

async function answersOf(...asked: Parameters<typeof askByText>): Promise<(boolean | undefined)[]> {
  return (await askByText(...asked)).answers;
}

describe('answers by text', () => {
  it('asks in the tokens and the chat template of the suspect', async () => {
    const keys = [keyOf('who', 'd', ['d', 'e']), keyOf('why', 'e', ['d', 'e'])];
    const plain = scriptedModel({ '\u0001who': ' D! x', '\u0001why': 'x e' });
    const options = { keysAreQuestions: true };
    assert.deepEqual(await answersOf(plain, characterTokenizer(false), keys, options), [true, false]);
    const chat = scriptedModel({ '\u0001Q:who A:': 'zoo', '\u0001Q:why A:': '"E".' });
    assert.deepEqual(await answersOf(chat, characterTokenizer(true), keys, options), [false, true]);
  });

  it('puts no begin token before a chat template that writes none', async () => {
    const keys = [keyOf('who', 'd', ['d', 'e']), keyOf('why', 'e', ['d', 'e'])];
    const model = scriptedModel({ 'Q:who A:': ' d', 'Q:why A:': ' e', '\u0001Q:who A:': ' e' });
    const tokenizer = characterTokenizer(true, '');
    assert.deepEqual(await answersOf(model, tokenizer, keys, { keysAreQuestions: true }), [true, true]);
  });

  it('does not ask keys that text cannot decide', async () => {
    assert.equal(isDecidableByText(keyOf('who', 'cat', ['cat', 'Category'])), false);
    assert.equal(isDecidableByText(keyOf('who', 'cat', ['cat', '...'])), false);
    assert.equal(isDecidableByText(keyOf('who', 'cat', ['cat', 'dog'])), true);
    const keys = [keyOf('who', 'cat', ['cat', 'category'])];
    const model = scriptedModel({ '\u0001who': 'cat' });
    assert.deepEqual(await answersOf(model, characterTokenizer(false), keys, { keysAreQuestions: false }), [
      undefined,
    ]);
  });

  it('leaves a key undecided after which a logit is no number, and does without a template that refuses', async () => {
    const keys = [keyOf('who', 'd', ['d', 'e']), keyOf('why', 'e', ['d', 'e'])];
    const known = scriptedModel({ '\u0001who': 'd', '\u0001why': 'e' });
    const broken = fakeModel({
      vocabularySize: 128,
      logitsOf: (prefix) =>
        Array.from({ length: 128 }, (_, id) => (prefix.includes(121) && id === 7 ? NaN : id)),
    });
    const { answers, notFinite } = await askByText(broken, characterTokenizer(false), keys, {
      keysAreQuestions: true,
    });
    assert.deepEqual([answers, [...notFinite]], [[false, undefined], [1]]);
    const refusing = {
      ...characterTokenizer(true),
      chat: { ...characterTokenizer(true).chat!, render: () => assert.fail('no magic word') },
    };
    assert.deepEqual(await answersOf(known, refusing, keys, { keysAreQuestions: true }), [true, true]);
  });
});
