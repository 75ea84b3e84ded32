import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileRegex } from '../../../../../src/checkpoint/tokenizer/encoding/patterns';
import { boundSteps } from '../../../../../src/checkpoint/tokenizer/encoding/patternWork';

const qwen =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

describe('the most steps of a pattern', () => {
  it('grow with the repetitions that follow each other in one alternative', () => {
    for (const [source, power] of [
      ['abc', 1],
      ['a+', 2],
      ['a+|b+|c+', 2],
      ['a*b*', 3],
      ['(a+b)c*?', 3],
      ['\\p{L}{2,}[+*?]', 2],
      ['\\+\\*[)*(]', 1],
      ['a{3}', 1],
      ['(a+){3}', 4],
      ['a{1,3}', 1],
      ['a{1,300}', 2],
      ['(?<!a+)(?=b)', 2],
      ['(?:ab)+', 2],
      ['(\\d{3})+', 2],
    ] as const)
      assert.equal(boundSteps(source)(10), 10 ** power, source);
  });

  it('are few for the patterns of published tokenizers', () => {
    assert.equal(compileRegex(qwen).boundSteps(1000), 1000 ** 3);
  });

  it('have no bound where a repeated part can be divided in several ways, or refers back', () => {
    for (const source of [
      '(a+)+',
      '(a*)*b',
      '(x+x+)+y',
      '(a|a)*',
      '(?:a{1,3})+',
      '(?:a?)*',
      '(a)\\1',
      '(?<n>a)\\k<n>',
    ])
      assert.equal(boundSteps(source)(2), Infinity, source);
  });
});
