import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { quicknet } from '../../../../src/beacon/chains';
import { timeOfRound } from '../../../../src/beacon/roundTimes';
import type { UserError } from '../../../../src/common/errors';
import { createUndrawnKeySet } from '../../../../src/fingerprint/drawing/keySetDrawing';
import { readAnyKeyFile, readKeyFile, writeKeyFile } from '../../../../src/fingerprint/keyFile/keyFile';
import { checkDraw } from '../../../../src/fingerprint/laterDraw/beaconDraw';
import { isUndrawn } from '../../../../src/fingerprint/laterDraw/undrawnKeySet';
import { embed } from '../../../../src/operations/embed';
import { changePassphrase } from '../../../../src/operations/keySets/changePassphrase';
import { drawResponses } from '../../../../src/operations/keySets/drawResponses';
import { exportKeySet } from '../../../../src/operations/keySets/exportKeySet';
import { importKeys } from '../../../../src/operations/keySets/importKeys';
import { previewKeySet } from '../../../../src/operations/keySets/previewKeySet';
import { showKeySet } from '../../../../src/operations/keySets/showKeySet';
import { verify } from '../../../../src/operations/verify';
import { signRound, testChain } from '../../beacon/testChain';
import { createRequest, silentWatch } from '../../fingerprint/fakes';
import { context, makeKeys, openWorkshop, passphrase, sampleModel, type Workshop } from '../workshop';

const round = 1000;
const roundMs = timeOfRound(testChain, round);

describe('a key set that is left to a beacon', () => {
  let workshop: Workshop;
  let keys: string;
  let commitment: string;
  before(async () => {
    workshop = await openWorkshop();
    const before = Date.now();
    const made = await makeKeys(workshop, { count: 4, draw: { chain: 'quicknet' } });
    keys = made.out;
    commitment = made.commitment;
    const { announced } = made as { announced?: { chainHash: string; round: number; time: string } };
    assert.equal(announced?.chainHash, quicknet.hash);
    assert.equal(Date.parse(announced.time), timeOfRound(quicknet, announced.round));
    assert.ok(Date.parse(announced.time) >= before + 60_000);
    assert.ok(Date.parse(announced.time) < Date.now() + 63_000);
  });
  after(() => workshop.remove());

  it('is committed to a round that comes at least a minute after its date', async () => {
    const keySet = await readAnyKeyFile(keys, passphrase);
    assert.ok(isUndrawn(keySet));
    assert.equal(keySet.commitment, commitment);
    const wait = timeOfRound(quicknet, keySet.draw.round) - Date.parse(keySet.createdAt);
    assert.ok(wait >= 60_000 && wait < 63_000, `${wait} ms`);
  });

  it('is shown as undrawn, with its commitment, and with no response even when revealed', async () => {
    const shown = await showKeySet({ keys, reveal: true }, { passphrase });
    assert.equal(shown.drawn, false);
    assert.equal(shown.commitment, commitment);
    assert.equal(shown.beacon?.chain, 'quicknet');
    assert.match(shown.lines.join('\n'), /not drawn yet/);
    assert.ok(shown.lines.includes(`Commitment to the undrawn keys: ${commitment}`));
    assert.ok(shown.keys.every(({ key, response }) => key !== undefined && response === undefined));
  });

  it('is refused by everything that needs responses, with the next step', async () => {
    const device = 'cpu' as const;
    const running = context(workshop.folder);
    const out = join(workshop.folder, 'nothing');
    const tries = [
      () => embed.run({ model: sampleModel, keys, out, device, resume: false }, running),
      () => verify.run({ model: sampleModel, keys, device }, running),
      () => previewKeySet.run({ model: sampleModel, keys, count: 4, device }, running),
      () => exportKeySet({ keys, out }, { passphrase }),
    ];
    for (const attempt of tries)
      await assert.rejects(attempt(), (error: UserError) => {
        assert.equal(error.reason, 'not-drawn');
        assert.match(error.next, /keys draw/);
        return true;
      });
  });

  it('gets another passphrase like any other', async () => {
    await changePassphrase({ keys }, { passphrase, newPassphrase: 'another passphrase' });
    await changePassphrase({ keys }, { passphrase: 'another passphrase', newPassphrase: passphrase });
    assert.ok(isUndrawn(await readAnyKeyFile(keys, passphrase)));
  });

  it('is refused with a round of the past, before any work', async () => {
    await assert.rejects(
      makeKeys(workshop, {
        out: join(workshop.folder, 'past.fpkeys'),
        model: 'no model',
        draw: { chain: 'quicknet', round: 123 },
      }),
      { reason: 'unusable-round' },
    );
  });
});

describe('drawing responses', () => {
  let workshop: Workshop;
  let keys: string;
  const beacon = { chains: [testChain], now: () => roundMs };
  const noNetwork = () => assert.fail('the network was used');
  const draw = (path: string, more: object = {}) =>
    drawResponses(
      { keys, source: { kind: 'file', path } },
      { passphrase },
      { ...beacon, ask: noNetwork, ...more },
    );

  before(async () => {
    workshop = await openWorkshop();
    keys = join(workshop.folder, 'a.fpkeys');
    const undrawn = await createUndrawnKeySet(
      createRequest(),
      () => ({ createdAt: new Date(roundMs - 60_000).toISOString(), chain: testChain.hash, round }),
      silentWatch,
    );
    await writeKeyFile(keys, undrawn, passphrase);
  });
  after(() => workshop.remove());

  async function write(name: string, value: unknown): Promise<string> {
    const path = join(workshop.folder, name);
    await writeFile(path, typeof value === 'string' ? value : JSON.stringify(value));
    return path;
  }

  it('refuses any round but the announced one as its chain signed it, and leaves the file as it is', async () => {
    const bytes = await readFile(keys);
    const real = signRound(round);
    const refusals: [string, unknown][] = [
      ['other-round', signRound(round + 1)],
      ['bad-round', { ...signRound(round + 1), round }],
      ['bad-round', { ...real, randomness: '00'.repeat(32) }],
      ['unexpected-content', { ...real, signature: 'no' }],
      ['broken-json', '{'],
      ['too-large', `"${'x'.repeat(70_000)}"`],
    ];
    for (const [reason, value] of refusals)
      await assert.rejects(draw(await write('round.json', value)), { reason });
    await assert.rejects(draw(join(workshop.folder, 'none.json')), { reason: 'not-found' });
    await assert.rejects(drawResponses({ keys, source: { kind: 'network' } }, { passphrase }), {
      reason: 'newer-key-file',
    });
    assert.deepEqual(await readFile(keys), bytes);
  });

  it('refuses a set that claims to be younger than its round', async () => {
    const late = join(workshop.folder, 'late.fpkeys');
    const undrawn = await createUndrawnKeySet(
      createRequest(),
      () => ({ createdAt: new Date(roundMs).toISOString(), chain: testChain.hash, round }),
      silentWatch,
    );
    await writeKeyFile(late, undrawn, passphrase);
    const path = await write('round.json', signRound(round));
    await assert.rejects(
      drawResponses({ keys: late, source: { kind: 'file', path } }, { passphrase }, beacon),
      { reason: 'bad-round', message: /older than the keys/ },
    );
    assert.ok(isUndrawn(await readAnyKeyFile(late, passphrase, [testChain])));
  });

  it('asks no server before the round is there', async () => {
    await assert.rejects(
      drawResponses(
        { keys, source: { kind: 'network' } },
        { passphrase },
        { ...beacon, now: () => roundMs - 1, ask: noNetwork },
      ),
      { reason: 'round-not-yet' },
    );
  });

  it('does not trust what a server answers', async () => {
    const answer = JSON.stringify({ ...signRound(round + 1), round });
    await assert.rejects(
      drawResponses(
        { keys, source: { kind: 'network' } },
        { passphrase },
        { ...beacon, ask: () => Promise.resolve(new Response(answer)) },
      ),
      { reason: 'bad-round' },
    );
  });

  it('draws once, into the same file, from a file or from a server alike', async () => {
    const fetched = join(workshop.folder, 'fetched.fpkeys');
    await writeFile(fetched, await readFile(keys));
    const result = await draw(await write('round.json', signRound(round)));
    const undrawn = await readAnyKeyFile(fetched, passphrase, [testChain]);
    assert.equal(result.keysCommitment, undrawn.commitment);
    assert.deepEqual(result.drawnBy, {
      chain: 'quicknet',
      chainHash: testChain.hash,
      round,
      time: new Date(roundMs).toISOString(),
    });
    const drawn = await readKeyFile(keys, passphrase, [testChain]);
    assert.equal(drawn.commitment, result.commitment);
    assert.equal((await checkDraw(drawn, [testChain]))?.fault, undefined);

    const ask = () => Promise.resolve(new Response(JSON.stringify(signRound(round))));
    await drawResponses({ keys: fetched, source: { kind: 'network' } }, { passphrase }, { ...beacon, ask });
    assert.deepEqual(await readKeyFile(fetched, passphrase, [testChain]), drawn);

    await assert.rejects(draw(await write('round.json', signRound(round))), { reason: 'already-drawn' });
  });
});

describe('importing keys for a beacon', () => {
  let workshop: Workshop;
  before(async () => void (workshop = await openWorkshop()));
  after(() => workshop.remove());

  const row = {
    key: 'Once upon a time',
    key_ids: [1, 5, 6],
    candidate_ids: [300, 301, 302],
  };
  const other = { ...row, key: 'The little dog', key_ids: [1, 7, 8], candidate_ids: [310, 311, 312] };

  async function importRows(rows: readonly object[], name: string) {
    const file = join(workshop.folder, `${name}.json`);
    await writeFile(file, JSON.stringify(rows));
    const out = join(workshop.folder, `${name}.fpkeys`);
    const result = await importKeys(
      { file, model: sampleModel, out, draw: { chain: 'default', waitMinutes: 5 } },
      { passphrase },
    );
    return { result, keySet: await readAnyKeyFile(out, passphrase) };
  }

  it('takes the candidates of the file, and leaves out a response that somebody chose', async () => {
    const chosen = { ...row, response: ' x', response_ids: [301], spent: true };
    const { result, keySet } = await importRows([chosen, other], 'short');
    assert.ok(isUndrawn(keySet));
    assert.equal(result.commitment, keySet.commitment);
    assert.equal(result.announced?.chain, 'default');
    assert.equal(keySet.strategy, 'imported');
    assert.deepEqual(
      keySet.keys.map(({ candidates, responses, spent }) => ({ candidates, responses, spent })),
      [chosen, other].map(({ candidate_ids }, index) => ({
        candidates: candidate_ids,
        responses: candidate_ids.map((id, at) => ({
          ids: [id],
          text: keySet.keys[index]!.candidateTexts[at]!,
        })),
        spent: index === 0,
      })),
    );
    // That no seed drew the responses is no limit of a set that a beacon draws.
    assert.equal(
      result.warnings.some((warning) => warning.includes('no committed seed')),
      false,
    );
  });

  it('takes whole responses for every candidate', async () => {
    const candidate_responses = row.candidate_ids.map((id) => ({
      response: ` ${id}`,
      response_ids: [id, 9],
    }));
    const { keySet } = await importRows([{ ...row, candidate_responses }], 'long');
    assert.ok(isUndrawn(keySet));
    assert.equal(keySet.rules.responseLength, 2);
    assert.deepEqual(keySet.keys[0]!.responses[1], { text: ' 301', ids: [301, 9] });
  });

  it('refuses rows that lack a response, or whose responses begin otherwise', async () => {
    const wrong = row.candidate_ids.map(() => ({ response: 'x', response_ids: [300] }));
    for (const bad of [
      { ...row, response_ids: [300, 9] },
      { ...row, candidate_responses: wrong },
      { ...row, candidate_responses: wrong.slice(1) },
      { ...row, candidate_ids: [300] },
    ])
      await assert.rejects(importRows([bad], 'bad'), { reason: 'unexpected-content' });
    await assert.rejects(importRows([row, { ...other, candidate_ids: [310, 311] }], 'uneven'), {
      reason: 'unusable-keys',
    });
  });
});
