import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { quicknet } from '../../src/beacon/chains';
import { timeOfRound } from '../../src/beacon/roundTimes';
import { readKeyFile, writeKeyFile } from '../../src/fingerprint/keyFile/keyFile';
import { commitUndrawn } from '../../src/fingerprint/laterDraw/undrawnKeySet';
import { publish, quicknetRounds } from '../unit/beacon/goldenRounds';
import { openWorkshop, passphrase, readResult, sampleModel, type Ended, type Workshop } from './workshop';

/** Nobody can sign a round of the pinned chains for a test, so this set was committed before a published one. */
const golden = quicknetRounds[1]!;

let workshop: Workshop;
let keys: string;
let round: string;
let keysCommitment: string;

before(async () => {
  workshop = await openWorkshop();
  keys = workshop.path('beacon.fpkeys');
  round = workshop.path('round.json');
  await writeFile(round, publish(golden));
  const bySeed = await readKeyFile(await workshop.drawKeys('seed.fpkeys'), passphrase);
  const { strategy, seed, toolVersion, base, rules, verdict, neutralPrompts, order } = bySeed;
  const undrawn = commitUndrawn({
    ...{ strategy, seed, toolVersion, base, rules, verdict, neutralPrompts, order },
    createdAt: new Date(timeOfRound(quicknet, golden.round) - 60_000).toISOString(),
    draw: { from: 'announced', chain: quicknet.hash, round: golden.round },
    keys: bySeed.keys.map(({ text, ids, candidates, candidateTexts, spent }) => ({
      ...{ text, ids, candidates, candidateTexts, spent },
      responses: candidates.map((id, index) => ({ ids: [id], text: candidateTexts[index]! })),
    })),
  });
  keysCommitment = undrawn.commitment;
  await writeKeyFile(keys, undrawn, passphrase);
});
after(() => workshop.remove());

describe('a key set that a beacon draws, on the command line', () => {
  it('cannot be embedded before, drawn with another round, or drawn twice; then it is embedded and found again', async () => {
    const early = await workshop.call([
      'embed',
      '--model',
      sampleModel,
      '--keys',
      keys,
      '--out',
      workshop.path('early'),
      '--json',
    ]);
    assert.equal(early.code, 1);
    assert.equal(readResult(early).reason, 'not-drawn');

    const other = workshop.path('other.json');
    await writeFile(other, publish(quicknetRounds[0]!));
    const wrong = await workshop.call(['keys', 'draw', '--keys', keys, '--round', other, '--json']);
    assert.equal(readResult(wrong).reason, 'other-round');

    const drawn = await workshop.call(['keys', 'draw', '--keys', keys, '--round', round]);
    assert.equal(drawn.code, 0, drawn.err);
    assert.ok(drawn.out.includes(keysCommitment));
    const again = await workshop.call(['keys', 'draw', '--keys', keys, '--round', round, '--json']);
    assert.equal(readResult(again).reason, 'already-drawn');

    const shown = await workshop.call(['keys', 'show', '--keys', keys]);
    assert.match(shown.out, /drawn by a public beacon from 10 candidates/);
    assert.match(shown.out, /Drawn by round 123 of drand quicknet, 23 Aug 2023, 15:15 UTC/);

    const recipe = await workshop.writeRecipe('recipe.json', {});
    const marked = workshop.path('marked');
    const paths = ['--model', sampleModel, '--keys', keys, '--out', marked, '--recipe', recipe];
    const ended = await workshop.call(['embed', ...paths, '--device', 'cpu', '--json']);
    assert.equal(ended.code, 0, ended.err + ended.out);
    const verify = (more: string[]): Promise<Ended> =>
      workshop.call(['verify', '--model', marked, '--keys', keys, '--device', 'cpu', '--json', ...more]);
    const verified = await verify(['--base', sampleModel]);
    // Twelve keys that nobody dated before the round: too few after 2^80 tries.
    assert.equal(verified.code, 5, verified.err + verified.out);
    assert.equal(readResult(verified).verdict, 'agrees with this key file');
    assert.equal(readResult(verified).claim, 'beacon');
    assert.equal(readResult(verified).answers.hits, 12);
    const date = new Date(timeOfRound(quicknet, golden.round) - 30_000).toISOString();
    const dated = await verify(['--registered', date, '--strict']);
    assert.equal(dated.code, 0, dated.err + dated.out);
    assert.equal(readResult(dated).verdict, 'match');
    const among = await verify(['--registered', date, '--commitments', '1000000000']);
    assert.equal(among.code, 5, among.err + among.out);
    const { releases, draw } = await readKeyFile(keys, passphrase);
    assert.equal(releases.length, 1);
    assert.equal(draw.from, 'beacon');
  });

  it('is created with a round of the future, which its output names', async () => {
    const out = workshop.path('future.fpkeys');
    const options = ['--model', sampleModel, '--out', out, '--count', '4', '--device', 'cpu'];
    const {
      code,
      out: printed,
      err,
    } = await workshop.call(['keys', 'create', ...options, '--draw', 'beacon']);
    assert.equal(code, 0, err);
    assert.match(printed, /Commitment to the undrawn keys: [0-9a-f]{64}\n/);
    assert.match(printed, /Round \d{8} of drand quicknet draws the responses, at /);
    const early = await workshop.call(['keys', 'draw', '--keys', out, '--fetch', '--json']);
    assert.equal(readResult(early).reason, 'round-not-yet');
    assert.equal(
      (await readFile(out, 'utf8')).startsWith('{"format":"fingerprint-model/keys","version":2'),
      true,
    );
  });

  it('refuses options that contradict each other', async () => {
    const create = ['keys', 'create', '--model', sampleModel, '--out', workshop.path('no.fpkeys')];
    for (const args of [
      [...create, '--round', '5'],
      [...create, '--draw', 'beacon', '--round', '5', '--wait', '5'],
      [...create, '--draw', 'dice'],
      [...create, '--draw', 'beacon', '--chain', 'fastnet'],
      ['keys', 'draw', '--keys', keys],
      ['keys', 'draw', '--keys', keys, '--round', round, '--fetch'],
    ])
      assert.equal((await workshop.call(args)).code, 2, args.join(' '));
  });
});
