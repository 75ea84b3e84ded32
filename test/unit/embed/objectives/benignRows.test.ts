import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RandomStream } from '../../../../src/common/random';
import { BenignReader } from '../../../../src/embed/objectives/benignRows';
import type { PreparedKey } from '../../../../src/embed/objectives/keyObjective';
import type { PreparedSequence } from '../../../../src/train/sequences';

const question = 7;
const answerMark = [1, 2];

/** A prompt of three tokens, a question, what the template writes before an answer, and an answer. */
function dialogue(length: number): PreparedSequence {
  const ids = [9, 9, 9, question, question, ...answerMark, ...new Array<number>(length - 7).fill(5)];
  return { ids, firstRow: 2, states: undefined, normed: new Float32Array(ids.length) };
}

const key = (first: number): PreparedKey => ({
  sequence: { ...dialogue(7), ids: [9, 9, 9, first, ...answerMark] },
  response: [3],
  goal: { floor: 1, laterFloor: 1, ceiling: 2 },
});
/** Where answers start. */
const start = 6;
const sizes = { sequences: 4, rows: 12 };
const random = (): RandomStream => new RandomStream(new Uint8Array(32));

describe('the rows of benign text that a step reads', () => {
  const texts = Array.from({ length: 8 }, () => dialogue(20));
  const chat = new BenignReader(texts, [key(7), key(8)]);

  it('include every start of an answer, which blind drawing would hardly ever find', () => {
    const { sequences, rows } = chat.read(sizes, random());
    assert.equal(sequences.length, 4);
    assert.equal(rows.length, 12);
    assert.deepEqual(
      rows.filter(({ position }) => position === start).map(({ member }) => member),
      [0, 1, 2, 3],
    );
  });

  it('are weighted by the frequency of their kind, and by 1 in all', () => {
    const { rows } = chat.read(sizes, random());
    const sum = (some: typeof rows): number => some.reduce((total, { weight }) => total + weight, 0);
    assert.ok(Math.abs(sum(rows) - 1) < 1e-12);
    // One of the eighteen rows of a text, of which the prompt leaves seven eighths.
    assert.ok(Math.abs(sum(rows.filter(({ position }) => position === start)) - 7 / 8 / 18) < 1e-12);
  });

  it('include the common prompt once', () => {
    const { rows } = chat.read({ sequences: 8, rows: 1000 }, random());
    const prompt = rows.filter(({ position }) => position < 2);
    assert.deepEqual(
      prompt.map(({ member, position }) => [member, position]),
      [
        [0, 0],
        [0, 1],
      ],
    );
    assert.ok(Math.abs(prompt[0]!.weight + prompt[1]!.weight - 1 / 8) < 1e-12);
    assert.equal(rows.length, 2 + 8 * 18);
  });

  it('are drawn alike where answers can begin anywhere', () => {
    const plain = [key(7), { ...key(8), sequence: { ...key(8).sequence, ids: [9, 4] } }];
    const { rows } = new BenignReader(texts, plain).read(sizes, random());
    assert.ok(rows.every(({ position, weight }) => position < 2 || Math.abs(weight - 7 / 8 / 10) < 1e-12));
  });
});
