import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ModelFacts } from '../../../../src/operations/describeCheckpoint';
import {
  findKnownBase,
  listLikelyBases,
  listOthers,
  type BaseSearch,
} from '../../../../src/vscode/commands/verification/baseChoices';
import type { FoundCheckpoint, FoundKeySet } from '../../../../src/vscode/index/found';

const found = (name: string, vocabulary = 100): FoundCheckpoint => ({
  path: `/w/${name}`,
  name,
  weightFiles: [],
  changedAtMs: 0,
  facts: { vocabulary } as ModelFacts,
});

const keySet = {
  path: '/w/k.fpkeys',
  name: 'k.fpkeys',
  header: { releases: ['digest of shipped'] },
} as unknown as FoundKeySet;

function search(digests: Readonly<Record<string, string>> = {}): BaseSearch {
  const checkpoints = [
    found('aurora-r1'),
    found('shipped'),
    found('foreign', 7),
    found('zebra'),
    found('suspect'),
    found('aurora'),
  ];
  return {
    content: { checkpoints, keySets: [keySet], digestOf: (path) => digests[path] },
    header: { model: 'aurora', baseDigest: 'digest of aurora' },
    suspect: '/w/suspect',
    made: new Set(['/w/aurora-r1']),
  };
}

describe('the base of a key set', () => {
  it('is chosen by its digest, whatever it is called', () => {
    assert.equal(findKnownBase(search({ '/w/zebra': 'digest of aurora' })), '/w/zebra');
    assert.equal(findKnownBase(search({ '/w/suspect': 'digest of aurora' })), undefined);
    assert.equal(findKnownBase(search()), undefined);
  });

  it('is looked for in folders of its name whose digest nobody knows', () => {
    assert.deepEqual(listLikelyBases(search()), ['/w/aurora']);
    assert.deepEqual(listLikelyBases(search({ '/w/aurora': 'another digest' })), []);
  });

  it('is asked for with what it can hardly be at the end', () => {
    const others = listOthers(search({ '/w/shipped': 'digest of shipped' }));
    assert.deepEqual(
      others.map(({ checkpoint: { name }, doubt }) => [name, doubt]),
      [
        ['aurora', undefined],
        ['zebra', undefined],
        ['foreign', 'another vocabulary'],
        ['aurora-r1', 'marked release'],
        ['shipped', 'marked release'],
      ],
    );
  });
});
