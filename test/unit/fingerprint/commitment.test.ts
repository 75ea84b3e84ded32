import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { canonicalJson } from '../../../src/fingerprint/canonical';
import {
  bindRelease,
  commitKeySet,
  describeRoot,
  digestRelease,
  type KeyProof,
  proveKey,
  verifyProof,
} from '../../../src/fingerprint/commitment';
import { type KeySet, markSpent } from '../../../src/fingerprint/keySet';
import { createKeySet } from '../../../src/fingerprint/drawing/keySetDrawing';
import { createRequest, silentWatch } from './fakes';

const occasion = { at: '2026-03-01T00:00:00.000Z', why: 'a test' };

let keySet: KeySet;
let root = '';

before(async () => {
  keySet = await createKeySet(createRequest({ count: 5 }), silentWatch);
  root = describeRoot(keySet).merkleRoot;
});

function changeFirst(hex: string): string {
  return (hex.startsWith('0') ? '1' : '0') + hex.slice(1);
}

describe('the commitment', () => {
  it('is the SHA-256 of the canonical root record', () => {
    const digest = createHash('sha256')
      .update(canonicalJson(describeRoot(keySet)))
      .digest('hex');
    assert.equal(keySet.commitment, digest);
  });

  it('proves every key with a path, and no key at another index', () => {
    for (let index = 0; index < 5; index++) {
      const proof = proveKey(keySet, index);
      assert.equal(proof.siblings.length, 3);
      assert.ok(verifyProof(proof, root));
      assert.ok(!verifyProof({ ...proof, index: (index + 1) % 8 }, root));
      assert.ok(!verifyProof({ ...proof, index: index + 8 }, root));
    }
  });

  it('breaks with any change of what a proof reveals', () => {
    const proof = proveKey(keySet, 2);
    const { content, salt, siblings } = proof;
    const withContent = (change: Partial<KeyProof['content']>) => ({
      ...proof,
      content: { ...content, ...change },
    });
    const forgeries: KeyProof[] = [
      { ...proof, salt: changeFirst(salt) },
      withContent({ text: `${content.text}.` }),
      withContent({ ids: [...content.ids].reverse() }),
      withContent({ candidates: [...content.candidates].reverse() }),
      withContent({ candidateTexts: [...content.candidateTexts].reverse() }),
      withContent({ response: { ...content.response, ids: [content.response.ids[0]! + 1] } }),
      withContent({ response: { ...content.response, text: 'other' } }),
      ...siblings.map((_, at) => ({
        ...proof,
        siblings: siblings.map((sibling, index) => (index === at ? changeFirst(sibling) : sibling)),
      })),
      { ...proof, siblings: siblings.slice(1) },
    ];
    for (const [index, forgery] of forgeries.entries())
      assert.ok(!verifyProof(forgery, root), `forgery ${index}`);
  });

  it('changes with every rule and every secret it binds', () => {
    const { base, rules, keys } = keySet;
    const changes: Partial<KeySet>[] = [
      { strategy: 'imported' },
      { toolVersion: '9' },
      { base: { ...base, digest: 'c' } },
      { base: { ...base, tokenizerDigest: 'c' } },
      { base: { ...base, chatRenderingDigest: 'c' } },
      { rules: { ...rules, threshold: 0.7 } },
      { rules: { ...rules, candidateCount: 9 } },
      { rules: { ...rules, responseLength: 2 } },
      { verdict: { ...keySet.verdict, alpha: 1e-3 } },
      { order: [...keySet.order].reverse() },
      { neutralPrompts: keySet.neutralPrompts.slice(1) },
      { keys: [...keys].reverse() },
      { seed: new Uint8Array(32) },
    ];
    const commitments = changes.map((change) => commitKeySet({ ...keySet, ...change }).commitment);
    assert.equal(new Set([keySet.commitment, ...commitments]).size, changes.length + 1);
  });

  it('hides the number of keys', () => {
    const shapes = [5, 6, 8].map((count) => {
      const content = { ...keySet, keys: Array.from({ length: count }, (_, at) => keySet.keys[at % 5]!) };
      const { merkleRoot, ...record } = describeRoot(content);
      assert.equal(merkleRoot.length, 64);
      return { record, path: proveKey(content, 4).siblings.length };
    });
    assert.deepEqual(shapes[0], shapes[1]);
    assert.deepEqual(shapes[0], shapes[2]);
  });

  it('stays the same when keys are spent', () => {
    const spent = markSpent(keySet, [1, 3], occasion);
    assert.deepEqual(
      spent.keys.map((key) => key.spent),
      [false, true, false, true, false],
    );
    assert.equal(commitKeySet(spent).commitment, keySet.commitment);
    assert.ok(!keySet.keys.some((key) => key.spent));
  });

  it('is bound to each released set of weights once', () => {
    const released = bindRelease(keySet, 'd'.repeat(64), '2026-02-01T00:00:00.000Z');
    assert.equal(keySet.releases.length, 0);
    const [release] = released.releases;
    assert.equal(release!.commitment, keySet.commitment);
    assert.equal(release!.baseDigest, keySet.base.digest);
    assert.equal(release!.recordDigest, digestRelease(release!));
    assert.notEqual(digestRelease({ ...release!, markedDigest: 'e' }), release!.recordDigest);
    assert.equal(bindRelease(released, 'd'.repeat(64), '2027-01-01T00:00:00.000Z'), released);
    assert.equal(bindRelease(released, 'e'.repeat(64), '2027-01-01T00:00:00.000Z').releases.length, 2);
  });
});
