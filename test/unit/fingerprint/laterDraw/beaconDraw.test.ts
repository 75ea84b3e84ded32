import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, describe, it } from 'node:test';
import type { DrandRound } from '../../../../src/beacon/drandRound';
import { quicknet } from '../../../../src/beacon/chains';
import { timeOfRound } from '../../../../src/beacon/roundTimes';
import { commitKeySet } from '../../../../src/fingerprint/commitment';
import { createKeySet, createUndrawnKeySet } from '../../../../src/fingerprint/drawing/keySetDrawing';
import type { KeySet } from '../../../../src/fingerprint/keySet';
import { checkDraw, drawFromRound, findDrawFault } from '../../../../src/fingerprint/laterDraw/beaconDraw';
import {
  commitUndrawn,
  listUndrawnLeaves,
  type UndrawnKeySet,
} from '../../../../src/fingerprint/laterDraw/undrawnKeySet';
import { quicknetRounds } from '../../beacon/goldenRounds';
import { signRound, testChain } from '../../beacon/testChain';
import { createRequest, silentWatch } from '../fakes';

const announcedRound = 1000;
const createdAt = new Date(timeOfRound(testChain, announcedRound) - 60_000).toISOString();

async function makeUndrawn(
  chain = testChain,
  round = announcedRound,
  responseLength = 1,
): Promise<UndrawnKeySet> {
  const announce = () => ({
    createdAt: new Date(timeOfRound(chain, round) - 60_000).toISOString(),
    chain: chain.hash,
    round,
  });
  return createUndrawnKeySet(createRequest({ responseLength }), announce, silentWatch);
}

describe('an undrawn key set', () => {
  let undrawn: UndrawnKeySet;
  before(async () => void (undrawn = await makeUndrawn()));

  it('has the keys, candidates and prompts that its seed gives, and no draw', async () => {
    const drawn = await createKeySet(createRequest({ createdAt }), silentWatch);
    assert.deepEqual(
      undrawn.keys.map(({ text, candidates }) => ({ text, candidates })),
      drawn.keys.map(({ text, candidates }) => ({ text, candidates })),
    );
    assert.deepEqual(undrawn.neutralPrompts, drawn.neutralPrompts);
    assert.deepEqual(undrawn.order, drawn.order);
    for (const key of undrawn.keys) {
      assert.deepEqual(
        key.responses,
        key.candidates.map((id, index) => ({ ids: [id], text: key.candidateTexts[index] })),
      );
      assert.equal('pick' in key || 'response' in key, false);
    }
  });

  it('holds the whole response of every candidate', async () => {
    const { keys } = await makeUndrawn(testChain, announcedRound, 3);
    for (const { responses, candidates } of keys) {
      assert.deepEqual(
        responses.map(({ ids }) => ids[0]),
        candidates,
      );
      assert.ok(responses.every(({ ids }) => ids.length === 3));
    }
  });

  it('commits to everything but the spent flags and its date', () => {
    const [first, ...others] = undrawn.keys;
    const rootOf = (changes: Partial<UndrawnKeySet>) => commitUndrawn({ ...undrawn, ...changes }).commitment;
    assert.equal(rootOf({}), undrawn.commitment);
    assert.equal(rootOf({ keys: [{ ...first!, spent: true }, ...others] }), undrawn.commitment);
    const changes: Partial<UndrawnKeySet>[] = [
      { draw: { ...undrawn.draw, round: announcedRound + 1 } },
      { draw: { ...undrawn.draw, chain: quicknet.hash } },
      { keys: others },
      { keys: [...others, first!] },
      { keys: [{ ...first!, text: `${first!.text}!` }, ...others] },
      { keys: [{ ...first!, candidates: [...first!.candidates].reverse() }, ...others] },
      { keys: [{ ...first!, responses: [...first!.responses].reverse() }, ...others] },
      { neutralPrompts: undrawn.neutralPrompts.slice(1) },
      { order: [...undrawn.order].reverse() },
      { verdict: { ...undrawn.verdict, alpha: 1e-9 } },
      { seed: new Uint8Array(32) },
    ];
    const roots = changes.map(rootOf);
    assert.equal(new Set([...roots, undrawn.commitment]).size, changes.length + 1);
  });
});

describe('a draw by a beacon', () => {
  let undrawn: UndrawnKeySet;
  let drawn: KeySet;
  const round = signRound(announcedRound);
  before(async () => {
    undrawn = await makeUndrawn();
    drawn = drawFromRound(undrawn, round);
  });

  it('draws as documented, computed here by other code', () => {
    const randomness = createHash('sha256').update(Buffer.from(round.signature, 'hex')).digest();
    const leaves = listUndrawnLeaves(undrawn);
    const picks = undrawn.keys.map(({ candidates }, index) => {
      const hash = createHash('sha256');
      hash.update('04', 'hex').update(undrawn.commitment, 'hex').update(randomness);
      // Ten divides 2³² with a remainder of 6: the last 6 numbers would be skipped, and do not occur here.
      return (
        hash.update(leaves[index]!).update('00000000', 'hex').digest().readUInt32BE(0) % candidates.length
      );
    });
    assert.deepEqual(
      drawn.keys.map(({ pick }) => pick),
      picks,
    );
    assert.ok(new Set(picks).size > 1);
    drawn.keys.forEach((key) => assert.deepEqual(key.response, key.responses![key.pick]));
  });

  it('is checked with the time of its round', async () => {
    assert.deepEqual(await checkDraw(drawn, [testChain]), {
      fault: undefined,
      chainName: testChain.name,
      round: announcedRound,
      time: new Date(timeOfRound(testChain, announcedRound)).toISOString(),
      keysCommitment: undrawn.commitment,
    });
    const bySeed = await createKeySet(createRequest(), silentWatch);
    assert.equal(await checkDraw(bySeed), undefined);
  });

  it('is checked with the pinned chains and a published round', async () => {
    const golden = quicknetRounds[1]!;
    const set = drawFromRound(await makeUndrawn(quicknet, golden.round), golden);
    const check = await checkDraw(set);
    assert.equal(check?.fault, undefined);
    assert.equal(check?.time, '2023-08-23T15:15:33.000Z');
  });

  it('commits to the keys before it, the chain, the round and the signature', () => {
    const { draw } = drawn;
    assert.ok(draw.from === 'beacon');
    const rootOf = (changes: Partial<typeof draw>) =>
      commitKeySet({ ...drawn, draw: { ...draw, ...changes } }).commitment;
    const roots = [
      rootOf({ keysCommitment: '0'.repeat(64) }),
      rootOf({ chain: quicknet.hash }),
      rootOf({ round: 1 }),
      rootOf({ signature: '0'.repeat(96) }),
    ];
    assert.equal(new Set([...roots, drawn.commitment]).size, 5);
    assert.equal(rootOf({}), drawn.commitment);
  });

  it('is found out when anything was changed after it', async () => {
    const { draw } = drawn;
    assert.ok(draw.from === 'beacon');
    const [first, ...others] = drawn.keys;
    const pick = (first!.pick + 1) % first!.candidates.length;
    const repicked = { ...first!, pick, response: first!.responses![pick]! };
    const otherRound = signRound(announcedRound + 1);
    const redraw = (used: DrandRound, from = undrawn) =>
      drawFromRound({ ...from, draw: { ...from.draw, round: used.round } }, used);
    const lies: [KeySet, RegExp][] = [
      [{ ...drawn, keys: [repicked, ...others] }, /not the one that the round draws/],
      [{ ...drawn, keys: others }, /not those that were committed/],
      [{ ...drawn, keys: [{ ...first!, responses: undefined }, ...others] }, /lacks the responses/],
      [{ ...drawn, keys: [{ ...first!, response: repicked.response }, ...others] }, /lacks the responses/],
      [{ ...drawn, neutralPrompts: [] }, /not those that were committed/],
      [{ ...drawn, draw: { ...draw, round: 2 } }, /did not sign|older/],
      [{ ...drawn, draw: { ...draw, signature: otherRound.signature } }, /did not sign/],
      [{ ...drawn, draw: { ...draw, chain: quicknet.hash } }, /does not know the chain/],
      [{ ...drawn, draw: { ...draw, keysCommitment: '0'.repeat(64) } }, /not those that were committed/],
      // Another round than the announced one, with everything drawn from it as it should be.
      [redraw(otherRound), /not those that were committed/],
      [{ ...drawn, createdAt: new Date(timeOfRound(testChain, announcedRound)).toISOString() }, /older/],
      [{ ...drawn, createdAt: 'yesterday' }, /older/],
    ];
    for (const [lie, fault] of lies) assert.match((await checkDraw(lie, [testChain]))?.fault ?? '', fault);
  });

  it('is found out without the chain where its own numbers contradict each other', () => {
    const { draw } = drawn;
    assert.ok(draw.from === 'beacon');
    assert.equal(findDrawFault(drawn, draw), undefined);
    const signature = signRound(1).signature;
    assert.match(findDrawFault(drawn, { ...draw, signature }) ?? '', /round draws/);
  });

  it('gives every candidate the same chance', () => {
    const counts = new Array<number>(10).fill(0);
    const rounds = 500;
    for (let number = 1; number <= rounds; number++) {
      // Hashes in place of signatures: only their bytes count here.
      const signature = createHash('sha512').update(`round ${number}`).digest('hex').slice(0, 96);
      for (const { pick } of drawFromRound(undrawn, { round: announcedRound, signature }).keys)
        counts[pick]!++;
    }
    const expected = (rounds * undrawn.keys.length) / 10;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 9 degrees of freedom: above this one time in a thousand.
    assert.ok(chiSquare < 27.9, `${chiSquare}: ${counts.join()}`);
  });
});
