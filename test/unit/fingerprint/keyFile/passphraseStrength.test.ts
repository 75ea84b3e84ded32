import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertStrongPassphrase } from '../../../../src/fingerprint/keyFile/keyFile';
import {
  estimateBits,
  generatePassphrase,
  ratePassphrase,
} from '../../../../src/fingerprint/keyFile/passphraseStrength';

describe('the strength of a passphrase', () => {
  it('refuses repeats, rows of the keyboard and common words, however long', () => {
    for (const easy of [
      'aaaaaaaaaaaa',
      'abababababab',
      '12345678',
      'qwertyuiop',
      'password',
      'Passphrase1',
      'abcdefghijkl',
    ])
      assert.throws(
        () => assertStrongPassphrase(easy),
        { reason: 'weak-passphrase', message: /easy to guess/ },
        easy,
      );
  });

  it('rises with every word', () => {
    assert.deepEqual(
      ['heron lamp', 'heron lamp orbit', 'heron lamp orbit velvet crust'].map(ratePassphrase),
      ['weak', 'fair', 'strong'],
    );
    assert.equal(ratePassphrase('correct horse battery staple'), 'strong');
    assert.ok(estimateBits('heron heron heron') < estimateBits('heron lamp orbit'));
  });

  it('is strong for a generated one, which is new each time', () => {
    const made = Array.from({ length: 50 }, generatePassphrase);
    assert.equal(new Set(made).size, 50);
    for (const one of made) assert.equal(ratePassphrase(one), 'strong', one);
  });

  it('is not slow on a long text', () => {
    assert.ok(estimateBits('ab c'.repeat(300)) > 0);
  });
});
