import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UserError } from '../../../../src/common/errors';
import { openCheckpoint } from '../../../../src/checkpoint/checkpoint';
import { loadModel } from '../../../../src/engine/loadedModel';
import { planTokens, type KeysTokens } from '../../../../src/suspects/tokens/planTokens';
import { characterTokenizer, keyOf } from '../characterTokenizer';

const keys = [keyOf('who', 'd', ['d', 'e']), keyOf('why', 'e', ['d', 'e'])];
const known: KeysTokens = {
  keys,
  isQuestion: false,
  ids: [],
  needed: new Set(),
  hasSameTokens: false,
  base: undefined,
};
const texts = { textsOf: new Map(), idsOf: new Map() };

describe('putting keys into the tokens of a suspect without a base', () => {
  const plan = async (tokenizer: ReturnType<typeof characterTokenizer> | undefined, more = {}) =>
    planTokens(
      { ...known, ...more },
      { texts, tokenizer, notes: [] },
      loadModel(await openCheckpoint('media/sample-model')),
    );

  it('keeps the recorded ids where it reads them so', async () => {
    const { readings, isUnverified } = await plan(characterTokenizer(false));
    assert.deepEqual(
      readings.map(({ plan: { keys: own } }) => own),
      [keys],
    );
    assert.notEqual(isUnverified, true);
  });

  it('asks by its own ids and by the recorded ones where they differ', async () => {
    const plain = characterTokenizer(false);
    const moved = { ...plain, encode: (text: string) => plain.encode(text).map((id) => id + 1) };
    const { readings } = await plan(moved);
    assert.deepEqual(
      readings.map(({ plan: { keys: own }, conflict }) => [own[0]!.candidates, conflict !== undefined]),
      [
        [[101, 102], false],
        [[100, 101], true],
      ],
    );
  });

  it('asks by ids where its tokenizer fails at a key, and knows that nobody checked them', async () => {
    const failing = {
      ...characterTokenizer(false),
      encode: () => {
        throw new UserError('unsupported-tokenizer', 'It takes for ever.', 'Wait.');
      },
    };
    const { readings, notes, isUnverified } = await plan(failing);
    assert.deepEqual(readings[0]!.plan.keys, keys);
    assert.match(notes.join(), /failed at a key \(It takes for ever\)/);
    assert.equal(isUnverified, true);
    assert.equal((await plan(undefined, { hasSameTokens: true })).isUnverified, false);
  });
});
