import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listMissing } from '../../../../../webview/steps/run/empty';
import { snapshots } from '../../../../pages/snapshots';

const ready = snapshots['run-none']!;
const linksOf = (changes: Partial<typeof ready>): [string, string][] =>
  listMissing({ ...ready, ...changes }).map(({ link, step }) => [link, step]);

describe('what keeps a run from starting', () => {
  it('is nothing once model, keys and recipe are there', () => {
    assert.deepEqual(linksOf({}), []);
  });

  it('is a model before anything else', () => {
    assert.deepEqual(linksOf({ model: { found: [], chosen: null }, recipe: null }), [
      ['Choose a Model', 'model'],
    ]);
    assert.deepEqual(linksOf({ recipe: null }), [['Show Model', 'model']]);
  });

  it('is every key set and value that is missing, each with its step', () => {
    const { keys, recipe } = snapshots['run-missing']!;
    assert.deepEqual(linksOf({ keys, recipe }), [
      ['Create Keys', 'keys'],
      ['Edit Recipe', 'recipe'],
    ]);
    assert.deepEqual(linksOf({ keys: { ...ready.keys, chosen: null } }), [['Choose Keys', 'keys']]);
  });

  it('is a key set of another model, or one that is not drawn', () => {
    const wordsOf = (change: object): string =>
      listMissing({
        ...ready,
        keys: { ...ready.keys, sets: ready.keys.sets.map((set) => ({ ...set, ...change })) },
      })[0]!.words;
    assert.match(wordsOf({ fits: false }), /made for another model/);
    assert.match(wordsOf({ isDrawn: false }), /not drawn yet/);
  });
});
