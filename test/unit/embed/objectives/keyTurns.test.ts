import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RandomStream } from '../../../../src/common/random';
import { KeyTurns } from '../../../../src/embed/objectives/keyTurns';

const newStream = (): RandomStream => new RandomStream(new Uint8Array(32).fill(3));

describe('the turns of keys', () => {
  it('let every key come up before one comes twice', () => {
    const random = newStream();
    const turns = new KeyTurns(10);
    const first: number[] = [];
    for (let step = 0; step < 4; step++)
      for (const key of turns.take(step, 3, random)) {
        first.push(key);
        turns.settle(key, step, false);
      }
    assert.equal(first.length, 12);
    assert.equal(new Set(first.slice(0, 10)).size, 10);
  });

  it('let a learned key rest for four steps and come again', () => {
    const random = newStream();
    const turns = new KeyTurns(1);
    assert.deepEqual(turns.take(0, 1, random), [0]);
    turns.settle(0, 0, true);
    for (const step of [1, 2, 3, 4]) assert.deepEqual(turns.take(step, 1, random), [], `step ${step}`);
    assert.deepEqual(turns.take(5, 1, random), [0]);
    turns.settle(0, 5, false);
    assert.deepEqual(turns.take(6, 1, random), [0]);
  });

  it('take those first that have waited longest', () => {
    const turns = new KeyTurns(4);
    [3, 1, 2, 9].forEach((step, key) => (turns.dueAt[key] = step));
    assert.deepEqual(turns.take(5, 2, newStream()), [1, 2]);
    assert.deepEqual(turns.take(5, 9, newStream()), [1, 2, 0]);
  });

  it('depend only on the random numbers, and are not the order of the keys', () => {
    const turns = new KeyTurns(30);
    const taken = turns.take(0, 30, newStream());
    assert.deepEqual(taken, turns.take(0, 30, newStream()));
    assert.notDeepEqual(
      taken,
      [...taken].sort((a, b) => a - b),
    );
    assert.equal(new Set(taken).size, 30);
  });
});
