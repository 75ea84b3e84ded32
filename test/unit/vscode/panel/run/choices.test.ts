import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nextRun } from '../../../../../src/protocol/panel/requests';
import type { KnownRun } from '../../../../../src/vscode/runs/knownRun';
import { makeKnownRun } from '../../../../../src/vscode/runs/readKnownRun';
import { findShown, type Embedding } from '../../../../../src/vscode/panel/modelRuns';
import { listChoices } from '../../../../../src/vscode/panel/run/choices';

const time = '2026-11-22T14:00:00.000Z';
const keys = '/w/k.fpkeys';

function embedding(name: string, isLive = false): Embedding {
  const [model, out] = ['/w/aurora', `/w/aurora-${name}`];
  const request = { model, keys, out, resume: false };
  const run: KnownRun = makeKnownRun(
    `${out}.run`,
    { version: 1, operation: 'embed', request, createdAt: time },
    [{ time, type: 'started', operation: 'embed', pid: 1 }],
    isLive,
  );
  return { run, model, keys, out, called: { model, out }, isResumed: false };
}

const many = ['r7', 'r6', 'r5', 'r4', 'r3', 'r2', 'r1'].map((name) => embedding(name));
const folderOf = (name: string): string => `/w/aurora-${name}.run`;
const shownOf = (embeddings: readonly Embedding[], chosen: string | null): string | undefined =>
  findShown(embeddings, chosen)?.run.folder;

describe('the run that the panel shows', () => {
  it('is the chosen one, however old', () => {
    assert.equal(shownOf(many, folderOf('r1')), folderOf('r1'));
  });

  it('is the live one while none is chosen, else the newest', () => {
    assert.equal(shownOf([embedding('r2'), embedding('r1', true)], null), folderOf('r1'));
    assert.equal(shownOf(many, null), folderOf('r7'));
    assert.equal(shownOf([], null), undefined);
  });

  it('is none where the next one was chosen, and another where the chosen one was discarded', () => {
    assert.equal(shownOf(many, nextRun), undefined);
    assert.equal(shownOf(many, folderOf('r9')), folderOf('r7'));
  });
});

describe('the switch between runs', () => {
  it('names every run with its state, and marks the shown one', () => {
    const { runs, hasMoreRuns } = listChoices([embedding('r2', true), embedding('r1')], folderOf('r1'));
    assert.deepEqual(
      runs.map(({ name, state, isShown }) => [name, state, isShown]),
      [
        ['r2', 'running', false],
        ['r1', 'warning', true],
      ],
    );
    assert.equal(hasMoreRuns, false);
  });

  it('of many runs has the newest, and always the shown one', () => {
    const namesOf = (shown: string | undefined): string[] =>
      listChoices(many, shown).runs.map(({ name }) => name);
    assert.deepEqual(namesOf(undefined), ['r7', 'r6', 'r5', 'r4', 'r3']);
    assert.deepEqual(namesOf(folderOf('r1')), ['r7', 'r6', 'r5', 'r4', 'r1']);
    assert.equal(listChoices(many, undefined).hasMoreRuns, true);
  });
});
