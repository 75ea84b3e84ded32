import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FoundCheckpoint, FoundKeySet } from '../../../../src/vscode/index/found';
import { followIntent } from '../../../../src/vscode/panel/followIntent';
import {
  changeModelIntent,
  intentOfModel,
  parseIntent,
  type PanelIntent,
} from '../../../../src/vscode/panel/panelIntent';

const keySet = (path: string, commitment: string, drawn?: 'announced' | 'beacon'): FoundKeySet => ({
  path,
  name: path,
  header: {
    model: 'm',
    baseDigest: 'b',
    commitment,
    strategy: 'inverse-nucleus',
    keyCount: 8,
    spentCount: 0,
    createdAt: '2026-11-22T10:00:00.000Z',
    releases: [],
    ...(drawn === 'announced' && { draw: { from: drawn, chain: 'c', round: 1 } }),
    ...(drawn === 'beacon' && { draw: { from: drawn, chain: 'c', round: 1, keysCommitment: 'undrawn' } }),
  },
});

const index = (
  keySets: readonly FoundKeySet[],
  digests: Readonly<Record<string, string>> = {},
): Parameters<typeof followIntent>[1] => ({
  keySets,
  checkpoints: Object.keys(digests).map((path): FoundCheckpoint => ({
    path,
    name: path,
    weightFiles: [],
    changedAtMs: 0,
  })),
  digestOf: (path) => digests[path],
});

const choose = (path: string): PanelIntent =>
  changeModelIntent({ ...parseIntent(undefined), model: '/nowhere/m' }, { keySet: path });
const chosenIn = (intent: PanelIntent): string | null => intentOfModel(intent).keySet;

describe('a key set that was chosen', () => {
  const chosen = followIntent(choose('/k/a.fpkeys'), index([keySet('/k/a.fpkeys', 'c1')]));

  it('stays chosen when its file is renamed or moved', () => {
    const renamed = followIntent(chosen, index([keySet('/k/b.fpkeys', 'c1'), keySet('/k/c.fpkeys', 'c2')]));
    assert.equal(chosenIn(renamed), '/k/b.fpkeys');
  });

  it('is waited for where its file is missing for a moment', () => {
    assert.equal(chosenIn(followIntent(chosen, index([]))), '/k/a.fpkeys');
  });

  it('is not exchanged for another one that takes its path', () => {
    const others = [keySet('/k/a.fpkeys', 'c2')];
    assert.equal(chosenIn(followIntent(chosen, index(others))), null);
    const swapped = [...others, keySet('/k/b.fpkeys', 'c1')];
    assert.equal(chosenIn(followIntent(chosen, index(swapped))), '/k/b.fpkeys');
  });

  it('stays chosen when a beacon draws its responses', () => {
    const undrawn = followIntent(
      choose('/k/a.fpkeys'),
      index([keySet('/k/a.fpkeys', 'undrawn', 'announced')]),
    );
    const drawn = followIntent(undrawn, index([keySet('/k/b.fpkeys', 'drawn', 'beacon')]));
    assert.equal(chosenIn(drawn), '/k/b.fpkeys');
  });

  it('gives way to the user’s next choice', () => {
    const next = changeModelIntent(chosen, { keySet: '/k/c.fpkeys' });
    const both = index([keySet('/k/a.fpkeys', 'c1'), keySet('/k/c.fpkeys', 'c2')]);
    assert.equal(chosenIn(followIntent(next, both)), '/k/c.fpkeys');
  });
});

describe('a model that was chosen', () => {
  it('stays chosen with every choice for it when its folder is renamed', () => {
    const intent = changeModelIntent(choose('/k/a.fpkeys'), { digest: 'd1', changes: { steps: '80' } });
    const moved = followIntent(intent, index([], { '/w/other': 'd2', '/w/renamed': 'd1' }));
    assert.equal(moved.model, '/w/renamed');
    assert.deepEqual(intentOfModel(moved).changes, { steps: '80' });
    assert.deepEqual(Object.keys(moved.models), ['/w/renamed']);
  });

  it('is not exchanged while its folder is there, or its digest is not known', () => {
    const here = { ...parseIntent(undefined), model: process.cwd() };
    const intent = changeModelIntent(here, { digest: 'd1' });
    assert.equal(followIntent(intent, index([], { '/w/copy': 'd1' })).model, process.cwd());
    assert.equal(followIntent(choose('/k'), index([], { '/w/copy': 'd1' })).model, '/nowhere/m');
  });
});
