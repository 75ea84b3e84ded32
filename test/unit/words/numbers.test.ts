import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  formatChance,
  formatCount,
  formatFixed,
  formatP,
  formatPercent,
  formatTinyPercent,
  formatTinyPercentRange,
  formatSigned,
  formatSmall,
} from '../../../src/words/numbers';

/** Narrow no-break spaces as plain ones. */
const plain = (text: string) => text.replaceAll('\u202f', ' ');

describe('numbers as words', () => {
  it('use thin spaces, a true minus and the given decimals', () => {
    assert.equal(formatCount(24_576), '24\u202f576');
    assert.equal(plain(formatCount(1_234_567)), '1 234 567');
    assert.equal(formatCount(-5), '−5');
    assert.equal(plain(formatFixed(-12_345.678, 2)), '−12 345.68');
    assert.equal(formatFixed(-0.001, 2), '0.00');
    assert.equal(formatSigned(0.3, 2), '+0.30');
    assert.equal(formatSigned(0, 2), '0.00');
    assert.equal(plain(formatPercent(0.953, 1)), '95.3 %');
    assert.equal(plain(formatTinyPercent(0.0004, 1)), '< 0.1 %');
    assert.equal(plain(formatTinyPercent(0, 1)), '0.0 %');
    assert.equal(plain(formatTinyPercentRange({ low: 0.0001, high: 0.002 }, 1)), '< 0.1 to 0.2 %');
    assert.equal(plain(formatTinyPercentRange({ low: 0.0001, high: 0.0003 }, 1)), '< 0.1 %');
  });

  it('print p-values however small', () => {
    for (const [value, text] of [
      [1, '1'],
      [0.37, '0.37'],
      [0.1, '0.10'],
      [0.009, '0.009'],
      [0.0012, '0.0012'],
      [0.001, '0.001'],
      [0.000234, '2.3 × 10⁻⁴'],
    ] as const)
      assert.equal(formatP(Math.log10(value)), text);
    assert.equal(formatP(Math.log10(3.1) - 57), '3.1 × 10⁻⁵⁷');
    assert.equal(formatP(-64), '10⁻⁶⁴');
    assert.equal(formatP(Math.log10(9.99) - 1000), '10⁻⁹⁹⁹');
    assert.equal(formatP(-8191.5), '3.2 × 10⁻⁸¹⁹²');
  });

  it('show chances in plain words', () => {
    assert.equal(formatChance(-56.51), 'less than 1 in 10⁵⁶ (1 followed by 56 zeros)');
    assert.equal(formatChance(-64), '1 in 10⁶⁴ (1 followed by 64 zeros)');
    assert.equal(formatChance(-Math.log10(116)), 'about 1 in 120');
    assert.equal(formatChance(Math.log10(0.4)), 'about 4 in 10');
    assert.equal(formatChance(0), 'almost certain');
  });

  it('keep two digits of small values', () => {
    assert.equal(formatSmall(0.0041), '0.0041');
    assert.equal(formatSmall(0.41), '0.41');
    assert.equal(formatSmall(0.00002), '2.0 × 10⁻⁵');
    assert.equal(formatSmall(0), '0');
  });
});
