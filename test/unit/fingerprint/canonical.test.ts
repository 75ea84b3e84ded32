import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canonicalJson, encodeIds, encodeText, sha256 } from '../../../src/fingerprint/canonical';

describe('the canonical byte forms', () => {
  it('write JSON with sorted members and without absent ones', () => {
    const value = { b: [1, 'é"', null], a: { d: 1e-6, c: undefined, B: true } };
    assert.equal(canonicalJson(value), '{"a":{"B":true,"d":0.000001},"b":[1,"é\\"",null]}');
  });

  it('put lengths in front of ids and texts', () => {
    assert.equal(encodeIds([1, 258]).toString('hex'), '000000020000000100000102');
    assert.equal(encodeText('é').toString('hex'), '00000002c3a9');
  });

  it('hash the parts as one text', () => {
    // FIPS 180-4 example: SHA-256("abc").
    const digest = sha256(Buffer.from('a'), Buffer.from('bc')).toString('hex');
    assert.equal(digest, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
