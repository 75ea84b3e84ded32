import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { onCpu } from '../../../src/contract/devices';
import type { DeeplyReadonly, RequestOf, ResultOf } from '../../../src/contract/declaration';
import { commitKeySet } from '../../../src/fingerprint/commitment';
import { pickCandidate } from '../../../src/fingerprint/drawing/pick';
import { readKeyFile, writeKeyFile } from '../../../src/fingerprint/keyFile/keyFile';
import { importKeys } from '../../../src/operations/keySets/importKeys';
import type { KeySet } from '../../../src/fingerprint/keySet';
import { deriveOrder } from '../../../src/fingerprint/seed';
import { openModel } from '../../../src/operations/openModel';
import { listQuestions } from '../../../src/operations/questions';
import { verify } from '../../../src/operations/verify';
import { planByMap } from '../../../src/suspects/tokens/tokenPlan';
import { localBase, localSuspect } from '../../../src/suspects/local';
import { askSuspect, judgeAsked } from '../../../src/verify/askSuspect';
import { keyFileClaim } from '../../../src/verify/claim';
import { context, makeKeys, models, openWorkshop, passphrase, sampleModel, type Workshop } from './workshop';

/** A descendant of the sample model that somebody else made: innocent of every key set here. */
const innocent = join(models, 'TinyStories-656K-q8_0');
const cases = join('test', 'fixtures', 'cases');
const ofCases = { passphrase: 'xxxxxxxxxx' };

describe('a dishonest claimant', () => {
  let workshop: Workshop;
  before(async () => (workshop = await openWorkshop()));
  after(() => workshop.remove());

  const ask = (
    changes: Partial<RequestOf<typeof verify.declaration>>,
    secrets = { passphrase },
  ): Promise<DeeplyReadonly<ResultOf<typeof verify.declaration>>> =>
    verify.run(
      { model: innocent, keys: '', base: sampleModel, device: 'cpu', ...changes },
      { ...context(workshop.folder), secrets },
    );

  const keep = async (name: string, keySet: KeySet): Promise<string> => {
    const out = join(workshop.folder, name);
    await writeKeyFile(out, keySet, passphrase);
    return out;
  };

  it('who kept the keys that fit an innocent model, in a file that does not say how it was drawn, gets no match', async () => {
    const result = await ask({ keys: join(cases, 'claim-selected-keys', 't-select.fpkeys') }, ofCases);
    assert.equal(result.verdict, 'agrees with this key file');
    assert.equal(result.claim, 'key-file');
    assert.match(result.lines.join('\n'), /Only the key file says that its responses were drawn blindly/);
  });

  it('who kept the keys that fit an innocent model is refused when the set is drawn again', async () => {
    const many = await makeKeys(workshop, { count: 120, out: join(workshop.folder, 'many.fpkeys') });
    const drawn = await readKeyFile(many.out, passphrase);
    const chosen = await keepFitting(drawn);
    assert.ok(chosen.keys.length >= 8, `${chosen.keys.length} keys rank first`);
    const result = await ask({ keys: await keep('chosen.fpkeys', chosen) });
    assert.equal(result.verdict, 'refused');
    assert.equal(result.claim, 'contradicted');
    assert.match(result.lines.join('\n'), /of its \d+ keys do not come out \(the first is key \d+\)/);
  });

  it('who let the drawn words be what the base says gets no match, not even about the base', async () => {
    const keys = join(cases, 'claim-greedy-candidates', 't-greedy.fpkeys');
    for (const model of [innocent, sampleModel]) {
      const result = await ask({ keys, model }, ofCases);
      assert.equal(result.verdict, model === sampleModel ? 'no evidence' : 'undetermined', model);
      assert.equal(result.answers.asked, 0, 'every key is answered by the base, and counts for neither side');
    }
    const withoutBase = await ask({ keys, base: undefined }, ofCases);
    assert.notEqual(withoutBase.verdict, 'match');
  });

  it('who lists one key many times is not read at all', async () => {
    await assert.rejects(ask({ keys: join(cases, 'claim-one-key-64-times', 't-same.fpkeys') }, ofCases), {
      reason: 'unexpected-content',
      message: /key 2 repeats an earlier one/,
    });
  });

  it('who chose the responses by hand gets no match, and the report says that the keys were imported', async () => {
    const out = join(workshop.folder, 'imported.fpkeys');
    await importKeys(
      { file: join(cases, 'claim-plain-import', 't-plain.json'), model: sampleModel, out },
      { passphrase },
    );
    for (const base of [sampleModel, undefined]) {
      const result = await ask({ keys: out, base });
      assert.notEqual(result.verdict, 'match');
      assert.match(result.lines.join('\n'), /its keys were imported/);
    }
  });

  it('who set a laxer limit is not read at all', async () => {
    const { out } = await makeKeys(workshop, { count: 4, out: join(workshop.folder, 'few.fpkeys') });
    const keySet = await readKeyFile(out, passphrase);
    const lax = commitKeySet({ ...keySet, verdict: { ...keySet.verdict, alpha: 0.99 } });
    await assert.rejects(ask({ keys: await keep('lax.fpkeys', lax) }), {
      reason: 'unexpected-content',
      message: /laxer than the program/,
    });
  });

  /** The key set with only those keys whose drawn word ranks first in the innocent model. */
  async function keepFitting(keySet: KeySet): Promise<KeySet> {
    const questions = listQuestions(keySet);
    const [suspect, base] = await Promise.all([innocent, sampleModel].map((folder) => openModel(folder)));
    const asked = await askSuspect(
      {
        questions,
        rules: keySet.verdict,
        suspect: localSuspect({
          ...suspect!,
          placement: onCpu,
          plan: planByMap(questions.keys, (id) => id, suspect!.loaded.config.vocabularySize),
        }),
        base: localBase({ ...base!, placement: onCpu }),
      },
      { report: () => undefined },
    );
    const { keys } = judgeAsked(asked, keyFileClaim('this is a test')).judgement;
    const fits = new Set(keys.filter(({ ranks }) => ranks[0]?.rank === 0).map(({ index }) => index));
    const kept = keySet.keys.filter((_, index) => fits.has(index));
    // All of it passes: every response is still the one that the seed draws.
    for (const key of kept) assert.equal(pickCandidate(keySet.seed, key.ids, key.candidates), key.pick);
    return commitKeySet({ ...keySet, keys: kept, order: deriveOrder(keySet.seed, kept.length) });
  }
});
