import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Tokenizer } from '../../../src/checkpoint/tokenizer/tokenizer';
import type { AskedKey } from '../../../src/verify/askedKey';
import { sharesTokenizer } from '../../../src/suspects/sharedTokenizer';
import { askByText, isDecidableByText } from '../../../src/suspects/textAnswers';
import { fakeModel } from './fakeModel';

/** One token a character code; 1 begins, 2 ends. The chat template writes the begin token itself, or writes none. */
function characterTokenizer(withChat: boolean, templateBegin = '\u0001'): Tokenizer {
  const tokenizer = {
    encode: (text: string) => Array.from(text, (sign) => sign.charCodeAt(0)),
    decode: (ids: readonly number[]) => String.fromCharCode(...ids),
    beginIds: [1],
    endIds: [2],
    specialIds: [1, 2],
  };
  const chat = {
    render: (messages: readonly { content: string }[]) => `${templateBegin}Q:${messages[0]!.content} A:`,
  };
  return (withChat ? { ...tokenizer, chat } : tokenizer) as unknown as Tokenizer;
}

function keyOf(text: string, responseText: string, candidateTexts: string[]): AskedKey {
  return {
    index: 0,
    text,
    ids: [1, ...characterTokenizer(false).encode(text)],
    candidates: candidateTexts.map((word) => word.charCodeAt(0)),
    candidateTexts,
    responseIds: [responseText.charCodeAt(0)],
    responseText,
    spent: false,
  };
}

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

describe('answers by text', () => {
  it('asks in the tokens and the chat template of the suspect', async () => {
    const keys = [keyOf('who', 'd', ['d', 'e']), keyOf('why', 'e', ['d', 'e'])];
    const plain = scriptedModel({ '\u0001who': ' D! x', '\u0001why': 'x e' });
    const options = { keysAreQuestions: true };
    assert.deepEqual(await askByText(plain, characterTokenizer(false), keys, options), [true, false]);
    const chat = scriptedModel({ '\u0001Q:who A:': 'zoo', '\u0001Q:why A:': '"E".' });
    assert.deepEqual(await askByText(chat, characterTokenizer(true), keys, options), [false, true]);
  });

  it('puts no begin token before a chat template that writes none', async () => {
    const keys = [keyOf('who', 'd', ['d', 'e']), keyOf('why', 'e', ['d', 'e'])];
    const model = scriptedModel({ 'Q:who A:': ' d', 'Q:why A:': ' e', '\u0001Q:who A:': ' e' });
    const tokenizer = characterTokenizer(true, '');
    assert.deepEqual(await askByText(model, tokenizer, keys, { keysAreQuestions: true }), [true, true]);
  });

  it('does not ask keys that text cannot decide', async () => {
    assert.equal(isDecidableByText(keyOf('who', 'cat', ['cat', 'Category'])), false);
    assert.equal(isDecidableByText(keyOf('who', 'cat', ['cat', '...'])), false);
    assert.equal(isDecidableByText(keyOf('who', 'cat', ['cat', 'dog'])), true);
    const keys = [keyOf('who', 'cat', ['cat', 'category'])];
    const model = scriptedModel({ '\u0001who': 'cat' });
    assert.deepEqual(await askByText(model, characterTokenizer(false), keys, { keysAreQuestions: false }), [
      undefined,
    ]);
  });
});

describe('shared tokenizer', () => {
  const keys = [keyOf('who', 'd', ['d', 'e'])];

  it('is recognised when keys, candidates and vocabulary agree', () => {
    assert.equal(sharesTokenizer(keys, characterTokenizer(false), 128), true);
  });

  it('is recognised through the chat template, and through the ids when the template was changed', () => {
    const ids = characterTokenizer(false).encode('\u0001Q:who A:');
    const question = [{ ...keys[0]!, ids }];
    assert.equal(sharesTokenizer(question, characterTokenizer(true), 128), true);
    assert.equal(sharesTokenizer(question, characterTokenizer(false), 128), true);
    assert.equal(sharesTokenizer([{ ...question[0]!, text: 'whom' }], characterTokenizer(false), 128), false);
  });

  it('is not recognised for other ids, other candidate texts or a smaller vocabulary', () => {
    const tokenizer = characterTokenizer(false);
    assert.equal(sharesTokenizer(keys, tokenizer, 110), false);
    assert.equal(sharesTokenizer([{ ...keys[0]!, candidateTexts: ['d', 'f'] }], tokenizer, 128), false);
    const other = { ...tokenizer, encode: (text: string) => tokenizer.encode(text.toUpperCase()) };
    assert.equal(sharesTokenizer(keys, other, 128), false);
  });
});
