import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RandomStream } from '../../../src/common/random';
import { measureLeakage } from '../../../src/drift/leakage';
import { makeNearMisses } from '../../../src/drift/nearMisses';
import { fakeModel } from '../suspects/fakeModel';

const watch = { report: () => undefined };

/** A model that says 9 with so many nats above the rest after a prompt that ends with one of these, else 8 a little. */
function answering(ends: readonly number[], nats: number) {
  return fakeModel({
    vocabularySize: 10,
    logitsOf: (prefix) => {
      const says = ends.includes(prefix.at(-1)!) ? 9 : 8;
      return Array.from({ length: 10 }, (_, id) => (id === says ? (says === 9 ? nats : 1) : 0));
    },
  });
}

const request = {
  keys: [
    { ids: [1, 2], responseIds: [9] },
    { ids: [1, 3], responseIds: [9] },
  ],
  nearMisses: [
    { key: 0, ids: [1, 2] },
    { key: 1, ids: [1, 4] },
  ],
  neutralPrompts: [
    [1, 5],
    [1, 6],
    [1, 2],
  ],
  stopIds: [0],
};

describe('what a marked model shows without its keys', () => {
  it('counts responses after keys, keys with a word changed and neutral prompts, for both models', async () => {
    const models = { base: answering([], 0), marked: answering([2, 3], 8) };
    const { keys, nearMisses, neutral } = await measureLeakage({ ...request, ...models }, watch);
    assert.deepEqual(keys, { asked: 2, base: 0, marked: 2 });
    assert.deepEqual(nearMisses, { asked: 2, base: 0, marked: 1 });
    assert.deepEqual(neutral, { asked: 3, base: 0, marked: 1 });
  });

  it('says how often confidence tells a key from a neutral prompt', async () => {
    const models = { base: answering([], 0), marked: answering([2, 3], 8) };
    const { confidence } = await measureLeakage({ ...request, ...models }, watch);
    assert.equal(confidence!.base.separation, 0.5);
    // Of the three neutral prompts, two are less sure and one ties.
    assert.ok(Math.abs(confidence!.marked.separation - 2.5 / 3) < 1e-12);
    const sure = Math.exp(8) / (Math.exp(8) + 9);
    assert.ok(Math.abs(confidence!.marked.keys[2]! - sure) < 1e-6);
    const without = await measureLeakage({ ...request, ...models, neutralPrompts: [] }, watch);
    assert.equal(without.confidence, null);
  });
});

describe('keys with one word changed', () => {
  const form = {
    parsePrompt: (text: string) => ({ text, ids: [text.length], encodedText: text, encodedIds: [] }),
  };

  it('differ in one word, which another key has', () => {
    const texts = ['Where do owls sleep at noon?', 'Which colour suits winter mornings best?'];
    const asked: string[] = [];
    const misses = makeNearMisses(
      texts,
      { parsePrompt: (text) => (asked.push(text), form.parsePrompt(text)) },
      new RandomStream(new Uint8Array(32)),
    );
    assert.deepEqual(
      misses.map(({ key }) => key),
      [0, 1],
    );
    asked.forEach((text, key) => {
      const [before, after] = [texts[key]!.split(' '), text.split(' ')];
      assert.equal(after.length, before.length);
      const changed = after.filter((word, i) => word !== before[i]);
      assert.equal(changed.length, 1);
      assert.ok(texts[1 - key]!.split(' ').includes(changed[0]!));
    });
  });

  it('are none where no word can be replaced', () => {
    assert.deepEqual(
      makeNearMisses(['猫はどこで寝ますか', '1 2 3'], form, new RandomStream(new Uint8Array(32))),
      [],
    );
    const rejected = { parsePrompt: () => 'of the wrong length' as const };
    assert.deepEqual(
      makeNearMisses(['one two three', 'four five'], rejected, new RandomStream(new Uint8Array(32))),
      [],
    );
  });
});
