import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { bls12_381 } from '@noble/curves/bls12-381';
import { drandChains, quicknet } from '../../../src/beacon/chains';
import { isSignedBy, parseRound, randomnessOf, type DrandRound } from '../../../src/beacon/drandRound';
import { leagueRounds, publish, quicknetRounds } from './goldenRounds';
import { signRound, testChain } from './testChain';

const league = drandChains.find(({ name }) => name === 'default')!;

/** Another one of its hexadecimal digits. */
function alter(hex: string, at: number): string {
  const digit = hex[at] === '0' ? '1' : '0';
  return hex.slice(0, at) + digit + hex.slice(at + 1);
}

describe('the pinned chains', () => {
  it('have the hash that drand computes from their other values', () => {
    // Info.Hash in common/chain/info.go of drand/drand; group hashes and ids from lib/defaults.ts of drand-client.
    const groups: Record<string, { groupHash: string; id: string }> = {
      default: {
        groupHash: '176f93498eac9ca337150b46d21dd58673ea4e3581185f869672e59fa4cb390a',
        id: '',
      },
      quicknet: {
        groupHash: 'f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e',
        id: 'quicknet',
      },
    };
    for (const { name, hash, period, genesisTime, publicKey } of drandChains) {
      const numbers = Buffer.alloc(12);
      numbers.writeUInt32BE(period);
      numbers.writeBigInt64BE(BigInt(genesisTime), 4);
      const { groupHash, id } = groups[name]!;
      const parts = [numbers, Buffer.from(publicKey + groupHash, 'hex'), Buffer.from(id)];
      assert.equal(createHash('sha256').update(Buffer.concat(parts)).digest('hex'), hash, name);
    }
  });
});

describe('a published round', () => {
  const golden = [
    ...quicknetRounds.map((round) => [quicknet, league, round] as const),
    ...leagueRounds.map((round) => [league, quicknet, round] as const),
  ];
  for (const [chain, other, round] of golden) {
    it(`${round.round} of ${chain.name} is signed by its chain and by no other`, async () => {
      const { randomness, ...parsed } = { ...round, ...parseRound(publish(round), 'the round') };
      assert.equal(await isSignedBy(chain, parsed), true);
      assert.equal(await isSignedBy(other, parsed), false);
      assert.equal(await isSignedBy(testChain, parsed), false);
      if (randomness !== undefined) assert.equal(randomnessOf(round.signature).toString('hex'), randomness);
    });

    it(`${round.round} of ${chain.name} is no other round, and no other signature`, async () => {
      const { signature, previousSignature } = round;
      const [first] = chain === quicknet ? quicknetRounds : leagueRounds;
      const tampered: DrandRound[] = [
        { ...round, round: round.round + 1 },
        { ...round, signature: alter(signature, 90) },
        { ...round, signature: alter(signature, 1) },
        { ...round, signature: `c0${'00'.repeat(signature.length / 2 - 1)}` },
        { ...round, signature: signature.toUpperCase() },
        { ...round, signature: signature.slice(0, -2) },
      ];
      if (first !== round) tampered.push({ ...round, signature: first!.signature });
      if (previousSignature !== undefined)
        tampered.push(
          { round: round.round, signature },
          { ...round, previousSignature: alter(previousSignature, 3) },
        );
      for (const [index, other] of tampered.entries())
        assert.equal(await isSignedBy(chain, other), false, `change ${index}`);
    });
  }

  it('is read from both versions of the API, whatever else they say', () => {
    const [{ round, signature, randomness }] = quicknetRounds as [(typeof quicknetRounds)[0]];
    const expected = { round, signature };
    assert.deepEqual(parseRound(JSON.stringify({ round, signature }), 'it'), expected);
    const more = { round, signature: signature.toUpperCase(), randomness, previous_signature: '', more: 1 };
    assert.deepEqual(parseRound(JSON.stringify(more), 'it'), expected);
  });

  it('is refused when its randomness is another, or it is none', () => {
    const [{ round, signature }] = quicknetRounds as [(typeof quicknetRounds)[0]];
    const read = (value: unknown) => () => parseRound(JSON.stringify(value), 'it');
    assert.throws(read({ round, signature, randomness: '00'.repeat(32) }), { reason: 'bad-round' });
    for (const value of [
      null,
      [],
      { round },
      { round: 0, signature },
      { round: 1.5, signature },
      { round: '42', signature },
      { round: 2 ** 60, signature },
      { round, signature: 'zz'.repeat(48) },
      { round, signature: signature.slice(2) },
      { round, signature: signature.repeat(3) },
    ])
      assert.throws(read(value), { reason: 'unexpected-content' }, JSON.stringify(value));
    assert.throws(() => parseRound('{', 'it'), { reason: 'broken-json' });
  });
});

describe('a second spelling of a signature', () => {
  const { Fp } = bls12_381.fields;
  const { Point } = bls12_381.G1;

  /** Compressed bytes of a point, without any check, as ZCash's format has them. */
  function spell(x: bigint, y: bigint): string {
    const flags = 0x80n | (2n * y > Fp.ORDER ? 0x20n : 0n);
    return (x | (flags << 376n)).toString(16).padStart(96, '0');
  }

  it('with a coordinate above the prime would give another draw, and is refused', async () => {
    const fits = Array.from({ length: 64 }, (_, index) => signRound(index + 1)).find(
      ({ signature }) => Point.fromHex(signature).x + Fp.ORDER < 2n ** 381n,
    )!;
    const { x, y } = Point.fromHex(fits.signature);
    assert.equal(spell(x, y), fits.signature);
    const other = spell(x + Fp.ORDER, y);
    assert.ok(Point.fromHex(other).equals(Point.fromHex(fits.signature)), 'the library takes both');
    assert.equal(await isSignedBy(testChain, fits), true);
    assert.equal(await isSignedBy(testChain, { ...fits, signature: other }), false);
  });

  it('by a point outside the large subgroup is refused', async () => {
    const { round, signature } = signRound(5);
    const real = Point.fromHex(signature);
    const added = real.add(findSmallTorsion()).toAffine();
    const forged = spell(added.x, added.y);
    assert.notEqual(forged, signature);
    assert.equal(await isSignedBy(testChain, { round, signature }), true);
    assert.equal(await isSignedBy(testChain, { round, signature: forged }), false);
  });

  /** A point that the group's order does not send to zero: pairings do not see it. */
  function findSmallTorsion(): InstanceType<typeof Point> {
    const order = bls12_381.fields.Fr.ORDER;
    for (let x = 1n; ; x++) {
      const square = Fp.add(Fp.pow(x, 3n), 4n);
      const y = tryRoot(square);
      if (y === undefined) continue;
      const point = Point.fromAffine({ x, y });
      const torsion = point.multiplyUnsafe(order - 1n).add(point);
      if (!torsion.is0()) return torsion;
    }
  }

  function tryRoot(square: bigint): bigint | undefined {
    try {
      return Fp.sqrt(square);
    } catch {
      return undefined;
    }
  }
});
