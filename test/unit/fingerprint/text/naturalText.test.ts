import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  hasControlText,
  hasMarkup,
  hasUnprintable,
  isOneScript,
  readsLikeBeginning,
  readsLikeQuestion,
} from '../../../../src/fingerprint/text/naturalText';

function check(rule: (text: string) => boolean, expected: boolean, texts: readonly string[]): void {
  for (const text of texts) assert.equal(rule(text), expected, JSON.stringify(text));
}

describe('a natural text', () => {
  it('spells out no control token', () => {
    check(hasControlText, true, [
      'a <|im_end|> b',
      '<start_of_image> of',
      'the <unused42>',
      '[PAD] and',
      'an <extra_id_0>',
      '[unused5] is',
      '<0x0A>',
      'say [/INST] now',
      '<|reserved_special_token_3|>',
      '</s>',
    ]);
    check(hasControlText, false, ['Is 3 < 4 or 5 > 4?', 'the [first] of them', 'a <b> tag']);
  });

  it('holds no unprintable character; joiners only where they are spelling', () => {
    const odd = ['\ufffd', '\ue000', '\u200b', '\u202e', '\u0007', '\t', '\n', '\u00ad', '\ufeff'];
    check(
      hasUnprintable,
      true,
      odd.map((character) => `What is${character} this?`),
    );
    check(hasUnprintable, true, ['ab\u200dc', ' \u200cمی']);
    check(hasUnprintable, false, ['می\u200cخواهم', 'क्\u200dष', 'naïve café', 'a\u00a0b']);
  });

  it('holds no mark-up, code, formula or address', () => {
    check(hasMarkup, true, [
      '<b>bold',
      'the </td',
      'see [here](there)',
      '# A heading',
      '## Title',
      '| a | b',
      'a *very* good',
      'the _word_',
      '```js',
      'x^2',
      '{{name}}',
      '\\frac a',
      'as $x$ grows',
      'https://a.b',
      'at example.com today',
      'me@home',
      'tea &amp; milk',
      'class="row"',
      'call main() now',
      '=====',
      '-----',
      'good 🙂',
    ]);
    check(hasMarkup, false, [
      'It costs $50, or 50 $, not 3 %.',
      'C++ or C#? 2 + 2 = 4; and/or – “so” (maybe)…',
      '¿Qué es esto?',
      '「これ」は何ですか？',
      "Don't!",
    ]);
  });

  it('is of one script, or of those that one language writes together', () => {
    check(isOneScript, true, [
      'Only Latin, 123.',
      'これは日本語のテキストです',
      '한국어와 漢字',
      'Ночь, улица',
      'ąéø ª',
      '123',
    ]);
    check(isOneScript, false, ['Latin 日本', 'кот cat', 'アbc', 'αβγ and', '한국 かな', 'ᚠᚢ and ab']);
  });
});

describe('a question', () => {
  it('is a whole sentence of any language', () => {
    check(readsLikeQuestion, true, [
      'What is the capital of France?',
      'Write a short poem about the sea.',
      'how do I cook rice?',
      '"Who said that?" and why did they say it?',
      '¿Cuál es la capital de España?',
      'Quelle est la capitale de la France ?',
      'ما هي عاصمة فرنسا؟',
      'Ποια είναι η πρωτεύουσα;',
      '日本の首都はどこですか？',
      '请写一首关于大海的诗。',
      'भारत की राजधानी क्या है?',
      'เมืองหลวงของไทยคืออะไร',
      "I've 2 dogs. Can they eat rice?",
    ]);
    check(readsLikeQuestion, false, [
      '',
      'What is the capital of',
      'write a poem about the sea.',
      'Translate the following text:',
      'and then she left.',
    ]);
  });

  it('is no fragment of a list and no part of a dialogue', () => {
    check(readsLikeQuestion, false, [
      '1. What is the capital of France?',
      'A) It is the capital of France.',
      '- What is the capital of France?',
      'User: What is the capital of France?',
      'What is it? Assistant: It is the capital.',
      'Title: The capital of all of France.',
      '. What is the capital of France?',
      ', and what is the capital?',
    ]);
    check(readsLikeQuestion, true, [
      '3.5 million people live where in France?',
      'I want a list of capitals.',
    ]);
  });

  it('does not repeat itself', () => {
    check(readsLikeQuestion, false, [
      'What is the the capital of France?',
      'What is the capital what is the capital?',
      'Whaaaat is the capital of France?',
      'What is the capital of France??',
      'What is it , then?',
      'What  is the capital of France?',
    ]);
  });

  it('closes its quotes and brackets, and is mostly letters', () => {
    check(readsLikeQuestion, false, [
      'What does "Paris mean to you?',
      'What is Paris (in France?',
      'What is Paris) in France?',
      'Is it 1, 2, 3, 4, 5, 6, 7, 8, 9 or 10?',
      'Is it?',
    ]);
    check(readsLikeQuestion, true, ['What does „Paris“ (in France) mean to you?']);
  });
});

describe('the beginning of a text', () => {
  const reads = (text: string): boolean => readsLikeBeginning(text, true);

  it('may break off anywhere', () => {
    check(reads, true, [
      'Once upon a time, there was a little gi',
      '"Fragments of gradients unfold, whispers of',
      'The meeting (which nobody wanted',
      'In 1998, the company moved to',
    ]);
  });

  it('does not begin within a word or a sentence', () => {
    check(reads, false, [
      'ing to the park with her mother',
      '. The meeting was',
      ') and then the',
      '" "Flickers of error',
    ]);
    assert.ok(readsLikeBeginning('once upon a time there was', false), 'a model without capitals');
  });

  it('is no fragment of a list, no label and no repetition', () => {
    check(reads, false, [
      '2. The meeting was moved to',
      'Question: what is the name of',
      'the the meeting was',
      'The cat and the cat and the cat and',
      'The meeting) was moved to the',
      'A b',
    ]);
  });
});
