import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { correctTasks } from '../../../../src/drift/tasks/compareAnswers';
import { measureTasks } from '../../../../src/drift/tasks/measureTasks';
import type { ReadTask } from '../../../../src/drift/tasks/readTask';
import { splitTokens } from '../../../../src/drift/tasks/splitTokens';
import { fakeModel } from '../../suspects/fakeModel';
import { characterTokenizer } from '../../suspects/characterTokenizer';

const watch = { report: () => undefined };
const characters = characterTokenizer(false);
const tokenizer = { ...characters, prefixId: 1 };
const idOf = (text: string): number => characters.encode(text)[0]!;

/** A model that expects one character everywhere. */
function expecting(character: string) {
  return fakeModel({
    vocabularySize: 256,
    logitsOf: () => Array.from({ length: 256 }, (_, id) => (id === idOf(character) ? 4 : 0)),
  });
}

function taskOf(name: ReadTask['name'], answers: readonly (readonly string[])[]): ReadTask {
  const items = answers.map((choices) => ({
    choices: choices.map((choice) => ({ context: 'Q:', continuation: choice, characters: choice.length })),
    right: 0,
  }));
  return { name, file: `${name}.jsonl`, items, usableRows: items.length, badRows: { count: 0, first: [] } };
}

describe('the accuracy of two models on the same items', () => {
  it('is compared item by item, also with the rounded base', async () => {
    const task = taskOf('winogrande', [...Array<string[]>(8).fill(['a', 'b']), ['c', 'd']]);
    const [figures] = await measureTasks(
      {
        base: expecting('a'),
        marked: expecting('b'),
        rounded: { bits: 8, model: expecting('a') },
        tasks: [task],
        tokenizer,
      },
      watch,
    );
    assert.deepEqual(figures!.marked.pairs, { both: 1, onlyBase: 8, onlyOther: 0, neither: 0 });
    assert.equal(figures!.base.acc, 1);
    assert.ok(Math.abs(figures!.marked.difference.value + 8 / 9) < 1e-12);
    assert.ok(Math.abs(figures!.marked.p - 2 / 2 ** 8) < 1e-12);
    assert.equal(figures!.rounded!.difference.value, 0);
    assert.equal(figures!.rounded!.p, 1);
  });

  it('is corrected for all tasks, and a cloze item needs every token to be the likeliest', async () => {
    const tasks = [
      taskOf('winogrande', Array<string[]>(8).fill(['a', 'b'])),
      taskOf('lambada', [['aa'], ['ab']]),
    ];
    const [choice, cloze] = correctTasks(
      await measureTasks({ base: expecting('a'), marked: expecting('b'), tasks, tokenizer }, watch),
    );
    assert.ok(Math.abs(choice!.holmP - 2 * choice!.marked.p) < 1e-12);
    assert.equal(cloze!.base.acc, 0.5);
    assert.equal(cloze!.marked.score.acc, 0);
    assert.equal(cloze!.holmP, 1);
    // Of two tokens each, the base finds three at 4 nats above 255 others.
    const norm = Math.log(Math.exp(4) + 255);
    assert.ok(Math.abs(cloze!.base.perplexity! - Math.exp(2 * norm - 6)) < 1e-3 * Math.exp(2 * norm - 6));
    assert.equal(choice!.base.perplexity, null);
  });

  it('leaves out what the models cannot read, and refuses a task of nothing else', async () => {
    const tasks = [
      taskOf('piqa', [
        ['a', 'b'],
        ['a'.repeat(70), 'b'],
      ]),
    ];
    const request = { base: expecting('a'), marked: expecting('a'), tokenizer };
    const [figures] = await measureTasks({ ...request, tasks }, watch);
    assert.equal(figures!.items, 1);
    assert.equal(figures!.rowsLeftOut, 1);
    await assert.rejects(measureTasks({ ...request, tasks: [taskOf('piqa', [['', 'b']])] }, watch), {
      reason: 'unexpected-content',
    });
  });
});

describe('a context and its continuation', () => {
  const split = (context: string, continuation: string, maxLength = 64) =>
    splitTokens({ context, continuation }, tokenizer, maxLength);
  const ids = (text: string) => characters.encode(text);

  it('are cut after the context without its last spaces', () => {
    assert.deepEqual(split('ab ', 'c'), { ids: [1, ...ids('ab ')], targets: ids(' c') });
    assert.deepEqual(split('ab', ' c'), split('ab ', 'c'));
  });

  it('lose the beginning where they are too long together', () => {
    assert.deepEqual(split('abcd', 'ef', 4), { ids: ids('bcde'), targets: ids('ef') });
    assert.equal(split('abcd', 'efghi', 4), undefined);
  });

  it('begin with the prefix where there is no context', () => {
    assert.deepEqual(split('', ' a'), { ids: [1, ...ids(' ')], targets: ids(' a') });
    const unmarked = { ...tokenizer, prefixId: undefined };
    assert.equal(splitTokens({ context: '', continuation: ' a' }, unmarked, 64), undefined);
  });
});
