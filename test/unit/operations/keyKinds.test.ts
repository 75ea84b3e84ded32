import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { DeeplyReadonly, ResultOf } from '../../../src/contract/declaration';
import type { embed as declaration } from '../../../src/contract/declarations/embed';
import { readKeyFilePublic } from '../../../src/fingerprint/keyFile/keyFile';
import { embed } from '../../../src/operations/embed';
import { verify } from '../../../src/operations/verify';
import { pinnedRecipe } from '../../e2e/workshop';
import { context, makeKeys, openWorkshop, sampleModel, type Workshop } from './workshop';

/** Enough for a verdict: of 20 keys that are ranked, 16 are answered. */
const plan = { count: 20, soft: 6, quiet: 4 };

describe('a key set of loud, soft and quiet keys', () => {
  let workshop: Workshop;
  let keys: string;
  let marked: string;
  let result: DeeplyReadonly<ResultOf<typeof declaration>>;
  before(async () => {
    workshop = await openWorkshop();
    keys = (await makeKeys(workshop, plan)).out;
    marked = join(workshop.folder, 'marked');
    const recipe = { ...pinnedRecipe, keyBatch: 20, steps: 80 };
    result = await embed.run(
      { model: sampleModel, keys, out: marked, recipe, device: 'cpu', resume: false },
      context(workshop.folder),
    );
  });
  after(() => workshop.remove());

  it('is answered by its loud and soft keys, and its quiet ones rank first', () => {
    assert.equal(result.keyCount, 16);
    assert.deepEqual([result.recall, result.quietRecall, result.shortfalls], [1, 1, []]);
  });

  it('says in its public part how many of its keys are of each kind', async () => {
    const { keyCount, kinds } = await readKeyFilePublic(keys);
    assert.equal(keyCount, 20);
    assert.deepEqual(kinds, { loud: 10, soft: 6, quiet: 4 });
  });

  it('is verified by what each kind shows: quiet keys are ranked, and not asked for answers', async () => {
    const found = await verify.run({ model: marked, keys, device: 'cpu' }, context(workshop.folder));
    assert.equal(found.verdict, 'agrees with this key file', found.lines.join('\n'));
    assert.deepEqual([found.answers.asked, found.answers.hits], [16, 16]);
    assert.equal(found.draws[0]!.asked, 20);
    const kinds =
      '10 of 10 loud keys are answered, 6 of 6 soft keys are answered and the drawn words of 4 of 4 quiet keys rank first.';
    assert.ok(found.lines.includes(kinds), found.lines.join('\n'));
  });

  it('shows nothing in its base', async () => {
    const found = await verify.run({ model: sampleModel, keys, device: 'cpu' }, context(workshop.folder));
    assert.equal(found.verdict, 'no evidence');
  });
});
