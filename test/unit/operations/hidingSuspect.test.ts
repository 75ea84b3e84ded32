import assert from 'node:assert/strict';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { DeeplyReadonly, RequestOf, ResultOf } from '../../../src/contract/declaration';
import { commitKeySet } from '../../../src/fingerprint/commitment';
import { encryptKeySet, readKeyFile } from '../../../src/fingerprint/keyFile/keyFile';
import { embed } from '../../../src/operations/embed';
import { verify } from '../../../src/operations/verify';
import { readReport } from '../../../src/reports/readReport';
import type { VerifyReport } from '../../../src/verify/verifyReport';
import { pinnedRecipe } from '../../e2e/workshop';
import {
  disguises,
  disguisesAgainst,
  editWeights,
  mergeWith,
  renumberRows,
  renumberTokenizer,
  unreadable,
  type Disguise,
} from './hidingSuspects';
import { readWeights, tensorOf, valuesOf, writeWeights } from './editedWeights';
import {
  context,
  copyModel,
  makeKeys,
  models,
  openWorkshop,
  passphrase,
  sampleModel,
  type Workshop,
} from './workshop';

const relative = join(models, 'TinyStories-656K-q8_0');
const keyCount = 36;

/** A copy of a key set with fewer neutral prompts and a cheap passphrase: it is opened for every test. */
async function copyToOpenQuickly(file: string): Promise<string> {
  const { neutralPrompts, ...keySet } = await readKeyFile(file, passphrase);
  const fewer = commitKeySet({ ...keySet, neutralPrompts: neutralPrompts.slice(0, 16) });
  const text = await encryptKeySet({ ...fewer, releases: keySet.releases }, passphrase, {
    N: 16,
    r: 8,
    p: 1,
  });
  await writeFile(`${file}.quick`, text);
  return `${file}.quick`;
}

describe('a suspect that hides', () => {
  let workshop: Workshop;
  let keys: string;
  let quick: string;
  let marked: string;
  before(async () => {
    workshop = await openWorkshop();
    // A key set that does not remember where its base is, so that each test says whether it is there.
    const base = await copyModel(workshop, 'base');
    keys = (await makeKeys(workshop, { model: base, count: keyCount })).out;
    await rm(base, { recursive: true });
    marked = join(workshop.folder, 'marked');
    const recipe = { ...pinnedRecipe, keyBatch: keyCount };
    await embed.run(
      { model: sampleModel, keys, out: marked, recipe, device: 'cpu', resume: false },
      context(workshop.folder),
    );
    quick = await copyToOpenQuickly(keys);
  });
  after(() => workshop.remove());

  type Result = DeeplyReadonly<ResultOf<typeof verify.declaration>>;
  const ask = (model: string, more: Partial<RequestOf<typeof verify.declaration>> = {}): Promise<Result> =>
    // Without drawing the key set again, which takes seconds, a match is called agreement with the key file.
    verify.run({ model, keys: quick, device: 'cpu', rederive: false, ...more }, context(workshop.folder));
  const agrees = 'agrees with this key file';

  async function disguise(from: string, { name, change }: Disguise): Promise<string> {
    const folder = join(workshop.folder, `copy of ${name.replaceAll(/\W+/g, '-')}`);
    await rm(folder, { recursive: true, force: true });
    await cp(from, folder, { recursive: true });
    await change(folder);
    return folder;
  }

  function assertSaid(result: Result, { says, readings }: Disguise): void {
    const said = [result.sentence, ...result.lines].join('\n');
    if (says) assert.match(said, says);
    if (readings !== undefined) assert.equal(result.readings, readings, result.conflicts.join('; '));
    for (const line of [result.sentence, ...result.lines])
      assert.doesNotMatch(line, /undefined|\[object|download/i);
  }

  /** The report as it is read back: its verdict is computed again from its rows. */
  async function readStored(result: Result): Promise<VerifyReport> {
    const stored = readReport(await readFile(result.report![2]!, 'utf8'), 'it');
    if (stored.kind !== 'verify') throw new Error('It is of another kind.');
    return stored.report;
  }

  it('matches undisguised', async () => {
    const result = await ask(marked, { base: sampleModel });
    assert.equal(result.verdict, agrees);
    assert.equal(result.readings, 1);
    assert.deepEqual(
      result.kinship.map(({ step, finding }) => [step, finding]),
      [
        ['same-bytes', 'yes'],
        ['same-tensors', 'no'],
        ['same-kind', 'yes'],
        ['draw', 'yes'],
        ['draw', 'yes'],
        ['answers', 'yes'],
      ],
    );
    assert.match(result.kinship[0]!.sentence, /, as the key file says/);
  });

  for (const hidden of disguises) {
    it(`matches with the base: ${hidden.name}`, async () => {
      const result = await ask(await disguise(marked, hidden), { base: sampleModel });
      assert.equal(result.verdict, agrees, result.lines.join('\n'));
      assertSaid(result, hidden);
    });
    it(`matches without the base: ${hidden.name}`, async () => {
      const result = await ask(await disguise(marked, hidden));
      assert.equal(result.verdict, agrees, result.lines.join('\n'));
    });
  }

  for (const hidden of disguisesAgainst(sampleModel)) {
    it(`matches with the base: ${hidden.name}`, async () => {
      const result = await ask(await disguise(marked, hidden), { base: sampleModel });
      assert.equal(result.verdict, agrees, result.lines.join('\n'));
      assertSaid(result, hidden);
    });
    const { alone } = hidden;
    if (alone !== undefined)
      it(`is not cleared without the base: ${hidden.name}`, async () => {
        const result = await ask(await disguise(marked, hidden));
        assert.equal(result.verdict, alone === 'found' ? agrees : alone, result.lines.join('\n'));
      });
  }

  for (const hidden of unreadable)
    it(`is undetermined and has a report: ${hidden.name}`, async () => {
      for (const base of [sampleModel, undefined]) {
        const report = join(workshop.folder, 'report');
        const result = await ask(await disguise(marked, hidden), { report, ...(base && { base }) });
        const isFound = base !== undefined && hidden.isFoundByBase === true;
        assert.equal(result.verdict, isFound ? agrees : 'undetermined', result.lines.join('\n'));
        if (isFound) continue;
        assertSaid(result, hidden);
        const stored = await readStored(result);
        assert.equal(stored.verdict.kind, 'undetermined');
        assert.match(stored.verdict.sentence + stored.verdict.chance, hidden.says);
      }
    });

  const rewritten: readonly Disguise[] = [
    { name: 'nothing', change: () => Promise.resolve() },
    {
      name: 'its number type',
      change: (folder) =>
        editWeights(folder, (tensors) => {
          for (const [name, tensor] of tensors)
            tensors.set(name, tensorOf(tensor.shape, valuesOf(tensor), 'BF16'));
        }),
    },
    {
      name: 'names and order',
      change: async (folder) => {
        const tensors = [...(await readWeights(folder))].reverse();
        await writeWeights(
          folder,
          new Map(tensors.map(([name, tensor], i) => [`wrapped.${i}.${name}`, tensor])),
        );
      },
    },
    {
      name: 'its tokens’ numbers',
      change: async (folder) => {
        await renumberTokenizer(folder);
        await renumberRows(folder);
      },
    },
  ];
  for (const { name, change } of rewritten)
    it(`is never a match where it is the base itself, with a change of ${name}`, async () => {
      const folder = await disguise(sampleModel, { name: `base ${name}`, change });
      const result = await ask(folder, { base: sampleModel });
      assert.match(result.verdict, /no evidence|undetermined/);
      const [bytes, tensors] = result.kinship;
      assert.equal(bytes!.finding, name === 'nothing' ? 'yes' : 'no');
      if (name !== 'names and order') assert.equal(result.verdict, 'no evidence');
      assert.equal(tensors!.finding, 'yes');
      assert.match(result.sentence, name === 'names and order' ? /./ : /the unmarked model itself/);
    });

  const alsoInnocent = [
    'a tensor that nothing reads and that is not a number',
    'a tensor of an unknown type that nothing reads',
    'few positions in its config',
    'a chat template that cannot be parsed',
    'an added token beyond the embeddings',
    'an added token of the same text as an ordinary one',
    'the rotary base in the style of one version, and its default in the other',
    'a rotary scaling with a base of its own',
    'a rotary scaling under both its names',
    'a family of the same formula',
    'code of its own and a config that lies to all others',
    'renumbered tokens',
    'a tokenizer that lies about its numbers',
    'renumbered rows and no tokenizer',
  ];
  for (const name of alsoInnocent)
    it(`does not make an innocent relative match: ${name}`, async () => {
      const hidden = [...disguises, ...disguisesAgainst(sampleModel)].find((each) => each.name === name);
      assert.ok(hidden, 'there is such a disguise');
      const folder = await disguise(relative, hidden);
      for (const base of [sampleModel, undefined])
        assert.match(
          (await ask(folder, base === undefined ? {} : { base })).verdict,
          /no evidence|undetermined/,
        );
    });

  it('leaves a report whose verdict follows from it, whatever decided', async () => {
    const report = join(workshop.folder, 'decided');
    const all = [...disguises, ...disguisesAgainst(sampleModel)];
    const decided: [from: string, disguise: string, base: string | undefined, kind: string][] = [
      [marked, 'the rotary base in two styles', sampleModel, 'agrees'],
      [marked, 'renumbered rows and no tokenizer', undefined, 'undetermined'],
      [sampleModel, 'few positions in its config', sampleModel, 'no-evidence'],
      [relative, 'the rotary base in two styles', sampleModel, 'no-evidence'],
    ];
    for (const [from, name, base, kind] of decided) {
      const folder = await disguise(
        from,
        all.find((hidden) => hidden.name === name)!,
      );
      const stored = await readStored(await ask(folder, { report, ...(base && { base }) }));
      assert.equal(stored.verdict.kind, kind, name);
      assert.equal(stored.suspectRead!.power.length > 0, kind === 'no-evidence' && from === relative);
    }
  });

  it('is the marked copy, seen without asking, where one is given: rounded, renamed and renumbered', async () => {
    const folder = await disguise(marked, {
      name: 'rewritten copy',
      change: async (copy) => {
        for (const index of [3, 1, 2]) await rewritten[index]!.change(copy);
      },
    });
    const same = await ask(folder, { copy: marked });
    assert.match(same.kinship[1]!.sentence, /^Its tensors are those of the marked copy marked, /);
    const other = await ask(relative, { copy: marked, base: sampleModel });
    assert.equal(other.kinship[1]!.finding, 'no');
    assert.match(other.kinship[1]!.sentence, /not those of the base or of the copy/);
  });

  it('matches where the key set is drawn again, renumbered as it is', async () => {
    const renumbered = disguisesAgainst(sampleModel).find(({ name }) => name === 'renumbered tokens')!;
    const folder = await disguise(marked, renumbered);
    const result = await ask(folder, { keys, base: sampleModel, rederive: true });
    assert.deepEqual([result.verdict, result.claim], ['match', 're-derived'], result.lines.join('\n'));
    assert.match(
      result.lines.join('\n'),
      /drawn again from its seed and base on this machine: 36 of 36 keys/,
    );
    const again = await ask(folder, { keys, base: sampleModel, rederive: undefined });
    assert.deepEqual([again.verdict, again.claim], ['match', 're-derived'], again.lines.join('\n'));
    assert.match(again.lines.join('\n'), /This machine itself has drawn the whole key set, all 36 keys/);
  });

  it('says what a verdict of no evidence would have seen', async () => {
    const result = await ask(relative, { base: sampleModel });
    assert.equal(result.verdict, 'no evidence');
    const [needed, seen] = result.power;
    assert.match(needed!, /^\d+ of 36 drawn words at the first rank would have been enough to see a copy/);
    assert.match(seen!, /merged with its base at a share of 0\.1, by about 10⁻³⁴/);
  });

  it('matches in a merge of a tenth, as it did before it was renumbered', async () => {
    const folder = await disguise(marked, {
      name: 'tenth',
      change: (copy) => mergeWith(copy, sampleModel, 0.1),
    });
    assert.equal((await ask(folder, { base: sampleModel })).verdict, agrees);
  });
});
