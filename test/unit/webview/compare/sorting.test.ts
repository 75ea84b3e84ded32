import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { columns, firstSorting, sortBy, sortReleases } from '../../../../webview/compare/sorting';
import { findWorst } from '../../../../webview/compare/survived';
import { toggleChosen } from '../../../../webview/compare/view';
import { compareSnapshots } from '../../../pages/compareStory';

const { releases } = compareSnapshots.compare!;
const longName = 'aurora-with-a-longer-name';

describe('the table of releases', () => {
  const namesBy = (by: (typeof columns)[number], isDescending = false): string[] =>
    sortReleases(releases, { by, isDescending }).map(({ name }) => name);

  it('sorts by numbers, dates, words and verdicts', () => {
    assert.deepEqual(namesBy('kl'), ['r1', 'r2', longName]);
    assert.deepEqual(namesBy('kl', true), [longName, 'r2', 'r1']);
    assert.deepEqual(namesBy('made'), ['r1', longName, 'r2']);
    assert.deepEqual(namesBy('keys')[0], 'r2');
    assert.deepEqual(namesBy('verdict'), ['r1', 'r2', longName]);
  });

  it('puts what was not measured last, whichever way it is sorted', () => {
    for (const isDescending of [false, true]) {
      assert.equal(namesBy('rehearsal', isDescending).at(-1), longName);
      assert.equal(namesBy('agreement', isDescending)[0], 'r1');
    }
  });

  it('keeps every release in every order', () => {
    for (const by of columns) assert.deepEqual(namesBy(by).sort(), releases.map(({ name }) => name).sort());
  });

  it('turns the order at a second click, and begins again at another column', () => {
    assert.deepEqual(sortBy(firstSorting, 'made'), { by: 'made', isDescending: false });
    const once = sortBy(firstSorting, 'kl');
    assert.deepEqual(once, { by: 'kl', isDescending: false });
    assert.deepEqual(sortBy(once, 'kl'), { by: 'kl', isDescending: true });
  });
});

describe('choosing releases', () => {
  it('takes two: a third replaces the one chosen first', () => {
    assert.deepEqual(toggleChosen(['a'], 'b'), ['a', 'b']);
    assert.deepEqual(toggleChosen(['a', 'b'], 'c'), ['b', 'c']);
    assert.deepEqual(toggleChosen(['a', 'b'], 'a'), ['b']);
  });
});

describe('the worst attack', () => {
  it('is the one after which the fewest keys are answered, never the copy as it is', () => {
    const { rehearsal } = releases.find(({ name }) => name === 'r1')!;
    assert.equal(findWorst(rehearsal!.rows)!.attack, 'merge-linear:0.1');
    assert.equal(findWorst(rehearsal!.rows.filter(({ attack }) => attack === null)), undefined);
  });
});
