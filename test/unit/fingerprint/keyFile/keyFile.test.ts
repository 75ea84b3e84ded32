import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { appendFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { UserError } from '../../../../src/common/errors';
import { quicknet } from '../../../../src/beacon/chains';
import { timeOfRound } from '../../../../src/beacon/roundTimes';
import {
  bindRelease,
  commitKeySet,
  describeRoot,
  proveKey,
  verifyProof,
} from '../../../../src/fingerprint/commitment';
import { countKinds } from '../../../../src/fingerprint/dealKinds';
import {
  encryptKeySet,
  readAnyKeyFile,
  readKeyFile,
  readKeyFilePublic,
  writeContent,
  writeKeyFile,
} from '../../../../src/fingerprint/keyFile/keyFile';
import { type KeySet, markSpent } from '../../../../src/fingerprint/keySet';
import { createKeySet, createUndrawnKeySet } from '../../../../src/fingerprint/drawing/keySetDrawing';
import { drawFromRound } from '../../../../src/fingerprint/laterDraw/beaconDraw';
import { commitUndrawn, type UndrawnKeySet } from '../../../../src/fingerprint/laterDraw/undrawnKeySet';
import { quicknetRounds } from '../../beacon/goldenRounds';
import { exportKeys } from '../../../../src/fingerprint/keyFile/plainKeys';
import { signRound, testChain } from '../../beacon/testChain';
import { createRequest, silentWatch } from '../fakes';

const passphrase = 'correct horse battery';
const cheapCost = { N: 16, r: 1, p: 1 };

const occasion = { at: '2026-03-01T00:00:00.000Z', why: 'a test' };

let folder = '';
let keySet: KeySet;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'key-file-'));
  keySet = await createKeySet(createRequest(), silentWatch);
});
after(() => rm(folder, { recursive: true }));

async function writeRaw(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

function hasReason(...reasons: readonly string[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof UserError, String(error));
    assert.ok(reasons.includes(error.reason), `${error.reason}: ${error.message}`);
    assert.ok(!error.message.includes(passphrase) && error.next !== '');
    return true;
  };
}

describe('the key file', () => {
  it('returns what was written, to its owner only', async () => {
    const path = join(folder, 'round.fpkeys');
    const used = bindRelease(markSpent(keySet, [2], occasion), 'f'.repeat(64), '2026-03-01T00:00:00.000Z');
    await writeKeyFile(path, used, passphrase);
    assert.deepEqual(await readKeyFile(path, passphrase), used);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.deepEqual(await readKeyFilePublic(path), {
      model: 'fake',
      baseDigest: 'a'.repeat(64),
      commitment: keySet.commitment,
      strategy: 'inverse-nucleus',
      keyCount: 6,
      spentCount: 1,
      createdAt: keySet.createdAt,
      releases: ['f'.repeat(64)],
    });
    const text = await readFile(path, 'utf8');
    for (const key of keySet.keys) assert.ok(!text.includes(key.text.trim()));
    assert.ok(!text.includes(Buffer.from(keySet.seed).toString('hex')));
  });

  it('opens with the same passphrase written in another Unicode form', async () => {
    const path = await writeRaw(
      'unicode.fpkeys',
      await encryptKeySet(keySet, 'caf\u00e9 cr\u00e8me', cheapCost),
    );
    assert.deepEqual(await readKeyFile(path, 'cafe\u0301 cre\u0300me'), keySet);
  });

  it('is never overwritten, and has a fresh salt and nonce each time', async () => {
    const path = await writeRaw('old.fpkeys', 'precious');
    await assert.rejects(writeKeyFile(path, keySet, passphrase), hasReason('file-exists'));
    assert.equal(await readFile(path, 'utf8'), 'precious');
    const texts = [
      await encryptKeySet(keySet, passphrase, cheapCost),
      await encryptKeySet(keySet, passphrase, cheapCost),
    ];
    const locks = texts.map(
      (text) => JSON.parse(text) as { kdf: { salt: string }; cipher: { nonce: string } },
    );
    assert.notEqual(locks[0]!.kdf.salt, locks[1]!.kdf.salt);
    assert.notEqual(locks[0]!.cipher.nonce, locks[1]!.cipher.nonce);
  });

  it('is not written with a short passphrase or into a folder that is missing', async () => {
    const path = join(folder, 'weak.fpkeys');
    await assert.rejects(writeKeyFile(path, keySet, 'seven77'), hasReason('weak-passphrase'));
    const nowhere = join(folder, 'missing', 'x.fpkeys');
    await assert.rejects(writeKeyFile(nowhere, keySet, passphrase), hasReason('not-found'));
    assert.ok(!(await readdir(folder)).some((name) => name.includes('weak') || name.endsWith('.tmp')));
  });

  it('says so when the passphrase is wrong', async () => {
    const path = await writeRaw('locked.fpkeys', await encryptKeySet(keySet, passphrase, cheapCost));
    for (const wrong of ['', 'Correct horse battery', `${passphrase} `])
      await assert.rejects(readKeyFile(path, wrong), hasReason('wrong-passphrase'));
  });

  it('detects every flipped bit', async () => {
    const bytes = Buffer.from(await encryptKeySet(keySet, passphrase, cheapCost));
    const headerBits = 8 * bytes.indexOf('"data"');
    const spread = Array.from({ length: 300 }, (_, index) => Math.floor((index * 8 * bytes.length) / 300));
    const tail = Array.from({ length: 400 }, (_, index) => 8 * bytes.length - 1 - index);
    const header = Array.from({ length: Math.floor(headerBits / 3) }, (_, index) => 3 * index);
    for (const bit of new Set([...header, ...spread, ...tail])) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const path = await writeRaw('flipped.fpkeys', flipped);
      await assert.rejects(
        readKeyFile(path, passphrase),
        hasReason('wrong-passphrase', 'broken-key-file', 'not-a-key-file', 'newer-key-file'),
        `bit ${bit}`,
      );
    }
  });

  it('is refused when it is cut short, random, newer, missing or a folder', async () => {
    const text = await encryptKeySet(keySet, passphrase, cheapCost);
    const expectReason = async (content: string | Uint8Array, reason: string) => {
      const path = await writeRaw('bad.fpkeys', content);
      await assert.rejects(readKeyFile(path, passphrase), hasReason(reason));
      await assert.rejects(readKeyFilePublic(path), hasReason(reason));
    };
    for (const share of [0.1, 0.5, 0.99])
      await expectReason(text.slice(0, Math.floor(share * text.length)), 'broken-key-file');
    for (const content of ['', '{}', '[1]', randomBytes(5000)]) await expectReason(content, 'not-a-key-file');
    await expectReason(text.replace('"version":1', '"version":5'), 'newer-key-file');
    await assert.rejects(readKeyFile(join(folder, 'none.fpkeys'), passphrase), hasReason('not-found'));
    await assert.rejects(readKeyFile(folder, passphrase), hasReason('not-a-key-file'));
  });

  it('is read only as far as its public part goes, whatever follows', async () => {
    const [header] = (await encryptKeySet(keySet, passphrase, cheapCost)).split('"data"') as [string];
    const path = await writeRaw('long.fpkeys', `${header}"data":"`);
    await truncate(path, 100_000_000);
    await appendFile(path, '"}\n');
    assert.equal((await readKeyFilePublic(path)).keyCount, 6);
    await truncate(path, 2 ** 28 + 1);
    await assert.rejects(readKeyFilePublic(path), hasReason('not-a-key-file'));
    await assert.rejects(readKeyFile(path, passphrase), hasReason('not-a-key-file'));
    const swollen = header.replace('"releases":[', `"releases":[${'{},'.repeat(30_000)}`);
    await assert.rejects(
      readKeyFilePublic(await writeRaw('swollen.fpkeys', `${swollen}"data":"AA=="}`)),
      hasReason('broken-key-file'),
    );
  });

  it('cannot ask for unbounded memory or time', async () => {
    const text = await encryptKeySet(keySet, passphrase, cheapCost);
    const costs = [
      '"N":1073741824,"r":1,"p":1',
      '"N":131072,"r":64,"p":1',
      '"N":16,"r":1,"p":1000000',
      '"N":17,"r":1,"p":1',
      // Within any cap on memory alone, but four times the work of our own files, and the cap of 0.1.0.
      '"N":131072,"r":8,"p":4',
      '"N":524288,"r":8,"p":1',
      '"N":524288,"r":8,"p":4',
      // scrypt itself refuses this one.
      '"N":131072,"r":1,"p":1',
    ];
    for (const cost of costs) {
      const path = await writeRaw('greedy.fpkeys', text.replace('"N":16,"r":1,"p":1', cost));
      await assert.rejects(readKeyFile(path, passphrase), hasReason('broken-key-file'));
    }
  });

  it('is refused when its content contradicts its own seed, order or commitment', async () => {
    const [first, ...others] = keySet.keys;
    const swapped = (first!.pick + 1) % first!.candidates.length;
    const forged = {
      ...first!,
      pick: swapped,
      response: { ids: [first!.candidates[swapped]!], text: first!.candidateTexts[swapped]! },
    };
    const lies: KeySet[] = [
      { ...keySet, keys: [forged, ...others] },
      { ...keySet, order: [...keySet.order].reverse() },
      { ...keySet, commitment: '0'.repeat(64) },
      { ...keySet, toolVersion: '9.9.9' },
    ];
    for (const lie of lies) {
      const path = await writeRaw('lie.fpkeys', await encryptKeySet(lie, passphrase, cheapCost));
      await assert.rejects(readKeyFile(path, passphrase), hasReason('unexpected-content'));
    }
  });
});

describe('a key file of a beacon', () => {
  const golden = quicknetRounds[1]!;
  let undrawn: UndrawnKeySet;
  before(async () => void (undrawn = await announce(quicknet, golden.round)));

  function announce(chain: typeof quicknet, round: number): Promise<UndrawnKeySet> {
    const createdAt = new Date(timeOfRound(chain, round) - 60_000).toISOString();
    return createUndrawnKeySet(createRequest(), () => ({ createdAt, chain: chain.hash, round }), silentWatch);
  }

  const write = async (set: KeySet | UndrawnKeySet) =>
    writeRaw('beacon.fpkeys', await encryptKeySet(set, passphrase, cheapCost));

  it('returns the undrawn set, and refuses it where a drawn one is needed', async () => {
    const path = await write(undrawn);
    assert.deepEqual(await readAnyKeyFile(path, passphrase), undrawn);
    await assert.rejects(readKeyFile(path, passphrase), (error: UserError) => {
      assert.equal(error.reason, 'not-drawn');
      assert.match(error.message, /round 123 of drand quicknet, at 23 Aug 2023, 15:15 UTC, draws them/);
      assert.match(error.next, /keys draw/);
      return true;
    });
    const { draw, commitment } = await readKeyFilePublic(path);
    assert.deepEqual(draw, { from: 'announced', chain: quicknet.hash, round: 123 });
    assert.equal(commitment, undrawn.commitment);
  });

  it('returns the drawn set, and shows what it was before', async () => {
    const drawn = bindRelease(drawFromRound(undrawn, golden), 'f'.repeat(64), '2026-03-01T00:00:00.000Z');
    const path = await write(drawn);
    assert.deepEqual(await readKeyFile(path, passphrase), drawn);
    const { draw, commitment } = await readKeyFilePublic(path);
    assert.deepEqual(draw, {
      from: 'beacon',
      chain: quicknet.hash,
      round: 123,
      keysCommitment: undrawn.commitment,
    });
    assert.equal(commitment, drawn.commitment);
  });

  it('counts as newer for programs that do not know of beacons', async () => {
    const { version } = JSON.parse(await encryptKeySet(undrawn, passphrase, cheapCost)) as {
      version: number;
    };
    assert.equal(version, 2);
    const text = await encryptKeySet(keySet, passphrase, cheapCost);
    const path = await writeRaw('lie.fpkeys', text.replace('"version":1', '"version":2'));
    await assert.rejects(readKeyFile(path, passphrase), hasReason('broken-key-file'));
  });

  it('is refused when its draw does not hold', async () => {
    const drawn = drawFromRound(undrawn, golden);
    const { draw } = drawn;
    assert.ok(draw.from === 'beacon');
    const byTestChain = drawFromRound(await announce(testChain, 500), signRound(500));
    const lies: (KeySet | UndrawnKeySet)[] = [
      { ...undrawn, commitment: '0'.repeat(64) },
      { ...undrawn, draw: { ...undrawn.draw, round: 124 } },
      commitUndrawn({ ...undrawn, order: [...undrawn.order].reverse() }),
      { ...drawn, draw: { ...draw, signature: quicknetRounds[0]!.signature } },
      { ...drawn, draw: { ...draw, keysCommitment: '0'.repeat(64) } },
      { ...drawn, draw: { from: 'seed' } },
      { ...drawn, commitment: '0'.repeat(64) },
      { ...drawn, createdAt: '2026-01-01T00:00:00.000Z' },
      // Signed by its chain, which is none of the program's.
      byTestChain,
    ];
    for (const [index, lie] of lies.entries())
      await assert.rejects(
        readAnyKeyFile(await write(lie), passphrase),
        hasReason('unexpected-content'),
        `lie ${index}`,
      );
    assert.deepEqual(await readKeyFile(await write(byTestChain), passphrase, [testChain]), byTestChain);
  });
});

describe('a key file with kinds of keys', () => {
  const kinds = { loud: 3, soft: 2, quiet: 1 };

  it('returns them, and counts as newer for programs that do not know of them', async () => {
    const mixed = await createKeySet({ ...createRequest(), kinds }, silentWatch);
    assert.deepEqual(countKinds(mixed.keys), kinds);
    const path = join(folder, 'kinds.fpkeys');
    await writeKeyFile(path, mixed, passphrase);
    assert.deepEqual(await readKeyFile(path, passphrase), mixed);
    assert.equal((JSON.parse(await readFile(path, 'utf8')) as { version: number }).version, 4);
    assert.deepEqual(
      exportKeys(mixed).map(({ kind }) => kind),
      mixed.keys.map(({ kind }) => kind),
    );
  });

  it('is refused where a claimant chose which keys count as answered', async () => {
    const mixed = await createKeySet({ ...createRequest(), kinds }, silentWatch);
    const [loud, quiet] = (['loud', 'quiet'] as const).map((kind) =>
      mixed.keys.findIndex((key) => key.kind === kind),
    );
    const swapped = mixed.keys.map((key, index) => {
      if (index === loud) return { ...key, kind: 'quiet' as const };
      return index === quiet ? { ...key, kind: 'loud' as const } : key;
    });
    const moved = mixed.keys.map((key, index, { length }) => ({
      ...mixed.keys[length - 1 - index]!,
      kind: key.kind,
    }));
    const someNone = mixed.keys.map((key, index) => (index === loud ? { ...key, kind: undefined } : key));
    for (const keys of [swapped, moved, someNone]) {
      const path = join(folder, `chosen-${[swapped, moved, someNone].indexOf(keys)}.fpkeys`);
      await writeKeyFile(path, commitKeySet({ ...mixed, keys }), passphrase);
      await assert.rejects(readKeyFile(path, passphrase), (error: UserError) => {
        assert.match(error.message, /a key is of another kind than the seed deals it/);
        return hasReason('unexpected-content')(error);
      });
    }
  });

  it('is bound by the commitment to the kind of every key, and proves it with the key', async () => {
    const mixed = await createKeySet({ ...createRequest(), kinds }, silentWatch);
    const keys = mixed.keys.map((key) => ({ ...key, kind: 'loud' as const }));
    assert.notEqual(commitKeySet({ ...mixed, keys }).commitment, mixed.commitment);
    const { merkleRoot } = describeRoot(mixed);
    mixed.keys.forEach(({ kind }, index) => {
      const proof = proveKey(mixed, index);
      assert.equal(proof.content.kind, kind);
      assert.ok(verifyProof(proof, merkleRoot));
      const other = kind === 'quiet' ? 'loud' : 'quiet';
      assert.ok(!verifyProof({ ...proof, content: { ...proof.content, kind: other } }, merkleRoot));
    });
  });
});

describe('a key file of an earlier version', () => {
  it('is read as before, and has the same content and commitment today', async () => {
    // Written by the version before beacons, from a request like that above.
    const old = await readKeyFile('test/fixtures/keyFiles/version-1.fpkeys', passphrase);
    assert.deepEqual(old.draw, { from: 'seed' });
    assert.deepEqual(
      old.keys.map(({ spent }) => spent),
      [false, false, true, false, false, false],
    );
    assert.equal(old.releases.length, 1);
    const text = await encryptKeySet(old, passphrase, cheapCost);
    assert.equal((JSON.parse(text) as { version: number }).version, 1);
    assert.deepEqual(await readKeyFile(await writeRaw('old-again.fpkeys', text), passphrase), old);
    assert.equal(old.commitment, '529fede086c9cfbab4f2676ea1f6788323e39d2d662d80b4ba8e5a046170fde9');
    assert.equal(writeContent(old).includes('"draw"'), false);
  });
});
