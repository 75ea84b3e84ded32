import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  beginsWith,
  endsWith,
  hasPlaceholders,
  hasTitle,
  hasWord,
  isBetween,
  isBulletCount,
  isJson,
  isLowercase,
  isNumber,
  isOneOf,
  isParagraphCount,
  isSentenceCount,
  isUppercase,
  isWordCount,
  lacksSign,
  lacksWord,
  type Checker,
} from '../../../src/drift/instructions/checkers';
import { instructions } from '../../../src/drift/instructions/instructions';
import { measureInstructions } from '../../../src/drift/instructions/measureInstructions';
import { characterTokenizer } from '../suspects/characterTokenizer';
import { fakeModel } from '../suspects/fakeModel';

/** Each rule with answers that obey it, and answers that do not. */
const cases: readonly (readonly [Checker, readonly string[], readonly string[]])[] = [
  [isWordCount(1, 2), ['Red.', 'Red – blue'], ['', '…', 'one two three']],
  [isSentenceCount(2), ['One. Two!', 'It is 3.5 metres. Yes.'], ['One.', 'One. Two. Three.']],
  [isBulletCount(2), ['* a\n* b', 'Here:\n* a\n  * b\n'], ['* a', '*a\n*b', '- a\n- b']],
  [isParagraphCount(2, '***'), ['One.\n***\nTwo.'], ['One.', 'One.***', '***One.***Two.', 'A***B***C']],
  [beginsWith('First'), [' First, boil it.'], ['At first', '']],
  [endsWith('That is all.'), ['It shines. That is all.\n'], ['That is all. Really.']],
  [isOneOf('Yes.', 'No.'), ['Yes.', ' No.\n'], ['Yes', 'Yes. It is.']],
  [hasWord('stone', 2), ['A stone, a Stone!'], ['stone stones', 'stone']],
  [lacksWord('blue'), ['The sky is bluer.'], ['It is Blue.', '']],
  [lacksSign(','), ['One and two.'], ['One, two.', '']],
  [isLowercase, ['no capitals, 3 words.'], ['A capital.', '']],
  [isUppercase, ['BEWARE OF THE DOG!'], ['Beware', '!', '']],
  [isBetween('"', '"'), ['"Good day"', ' "x" '], ['""', '"', 'Good "day"']],
  [hasTitle, ['<<Autumn>>\nLeaves'], ['<Autumn>', '<<>>']],
  [hasPlaceholders(2), ['[name], come at [time].'], ['[name]', '[] []']],
  [isJson('object'), ['{"name": "Ann", "age": 3}'], ['[1]', 'null', '{"a": }', 'Here: {}']],
  [isJson('array'), ['["red"]'], ['{}', '"red"']],
  [isNumber(7), ['7', ' 7.\n'], ['seven', '77', '7 days']],
];

describe('instructions', () => {
  it('are fifty, each with a rule of its own words', () => {
    assert.equal(instructions.length, 50);
    assert.equal(new Set(instructions.map(({ text }) => text)).size, 50);
    for (const { isObeyed, text } of instructions) assert.equal(isObeyed(''), false, text);
  });

  it('are checked exactly', () => {
    cases.forEach(([check, good, bad], i) => {
      for (const answer of good) assert.equal(check(answer), true, `${i}: ${answer}`);
      for (const answer of bad) assert.equal(check(answer), false, `${i}: ${answer}`);
    });
  });

  it('are compared in pairs, and only for chat models', async () => {
    const saying = (character: string) =>
      fakeModel({
        vocabularySize: 128,
        maxLength: 1000,
        logitsOf: (prefix) => {
          const next = prefix.at(-1) === 58 ? character.charCodeAt(0) : 2;
          return Array.from({ length: 128 }, (_, id) => (id === next ? 1 : 0));
        },
      });
    const withSpecial = (isChat: boolean) => ({ ...characterTokenizer(isChat), specialIds: new Set([1, 2]) });
    const request = { base: saying('7'), marked: saying('5'), tokenizer: withSpecial(true) };
    const figures = await measureInstructions(request, { report: () => undefined });
    assert.equal(figures!.items, 50);
    const { both, onlyBase, onlyOther, neither } = figures!.marked.pairs;
    // One word, at most so many, small letters without a capital: a digit obeys these whatever it is.
    assert.ok(both > 5 && neither > 20);
    assert.deepEqual([onlyBase, onlyOther], [1, 1]);
    const plain = { ...request, tokenizer: withSpecial(false) };
    assert.equal(await measureInstructions(plain, { report: () => undefined }), undefined);
  });
});
