import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readTask } from '../../../../src/drift/tasks/readTask';
import { taskNames } from '../../../../src/contract/compared/tasks';

const fixtures = 'test/fixtures/tasks';

describe('the rows of a task', () => {
  let folder: string;
  before(async () => void (folder = await mkdtemp(join(tmpdir(), 'tasks-'))));
  after(() => rm(folder, { recursive: true, force: true }));

  const write = async (rows: readonly unknown[], name = 'rows.jsonl'): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, rows.map((row) => JSON.stringify(row)).join('\n'));
    return path;
  };

  it('tell which task they are of', async () => {
    for (const name of taskNames) {
      const file = name === 'arc' ? 'arc_easy.jsonl' : `${name}.jsonl`;
      const task = await readTask({ path: join(fixtures, file) }, 10);
      assert.equal(task.name, name);
      assert.equal(task.items.length, 10);
      assert.equal(task.badRows.count, 0);
    }
  });

  it('are read in every published form of ARC and MMLU', async () => {
    const [question, choices] = ['Which one?', ['a', 'b']];
    const path = await write([
      { question, choices: { text: choices, label: ['1', '2'] }, answerKey: '2' },
      {
        question: {
          stem: question,
          choices: [
            { text: 'a', label: 'A' },
            { text: 'b', label: 'B' },
          ],
        },
        answerKey: 'B',
      },
      { question, choices, label: '1' },
    ]);
    const { items, name } = await readTask({ path }, 10);
    assert.equal(name, 'arc');
    assert.deepEqual(items[1], items[0]);
    assert.deepEqual(items[2], items[0]);
    assert.deepEqual(items[0], {
      choices: [' a', ' b'].map((continuation) => ({
        context: 'Question: Which one?\nAnswer:',
        continuation,
        characters: 1,
      })),
      right: 1,
    });
    const four = ['w', 'x', 'y', 'z'];
    const mmlu = await write([
      { question, subject: 'high_school_physics', choices: four, answer: 3 },
      { question, subject: 'high_school_physics', choices: four, label: 3 },
      { question, choices: four, answer: 3 },
    ]);
    const [first, second, third] = (await readTask({ path: mmlu }, 10)).items;
    assert.deepEqual(second, first);
    assert.match(
      first!.choices[0]!.context,
      /^The following .* about high school physics\.\n\nWhich one\?\nA\. w\n/,
    );
    assert.match(third!.choices[0]!.context, /\(with answers\)\.\n\n/);
  });

  it('count and number what is none of the task, and refuse a file without an item', async () => {
    const good = { goal: 'To sit', sol1: 'stand', sol2: 'sit', label: 1 };
    const bad = [{ goal: 'To sit' }, { ...good, label: 2 }, { ...good, sol1: 'x'.repeat(30_000) }, null, 7];
    const task = await readTask({ path: await write([good, ...bad, good]) }, 10);
    assert.equal(task.items.length, 2);
    assert.deepEqual(task.badRows, { count: 5, first: [2, 3, 4] });
    const wrong = await write([{ prompt: 'a' }, { prompt: 'b' }]);
    await assert.rejects(readTask({ path: wrong }, 10), { reason: 'unexpected-content' });
    await assert.rejects(readTask({ path: await write([good]), name: 'blimp' }, 10), {
      reason: 'unexpected-content',
      message: /has no rows of BLiMP: 1 row was read/,
    });
    const text = join(folder, 'text.txt');
    await writeFile(text, 'No rows here.');
    await assert.rejects(readTask({ path: text }, 10), { reason: 'unexpected-content' });
    const broken = join(folder, 'broken.jsonl');
    await writeFile(broken, `${JSON.stringify(good)}\n{"goal": "cut`);
    await assert.rejects(readTask({ path: broken }, 10), { reason: 'broken-json' });
    await assert.rejects(readTask({ path: join(folder, 'none.jsonl') }, 10), { reason: 'not-found' });
  });

  it('are chosen at random, but the same every time and in the order of the file', async () => {
    const path = join(fixtures, 'hellaswag.jsonl');
    const all = (await readTask({ path }, 1000)).items;
    const chosen = (await readTask({ path }, 20)).items;
    assert.deepEqual((await readTask({ path }, 20)).items, chosen);
    const places = chosen.map((item) =>
      all.findIndex(({ choices }) => choices[0]!.context === item.choices[0]!.context),
    );
    assert.deepEqual(
      [...places].sort((a, b) => a - b),
      places,
    );
    assert.notDeepEqual(places, Array.from(places.keys()));
  });

  it('lose the brackets of WikiHow, however many there are', async () => {
    const row = {
      activity_label: 'Cooking',
      ctx_a: '[header] How to boil [title] Fill a pot. [step] Use  water.',
      ctx_b: 'THEN you',
      endings: ['[substeps] wait.', `${'['.repeat(19_000)}go`],
      label: '0',
    };
    const { items } = await readTask({ path: await write([row]) }, 1);
    const [first, second] = items[0]!.choices;
    assert.equal(first!.context, 'Cooking: How to boil. Fill a pot. Use water. Then you');
    assert.equal(first!.continuation, '  wait.');
    assert.equal(second!.continuation.length, 19_003);
  });

  it('fill the blank of Winogrande in the context and score the same rest', async () => {
    const row = {
      sentence: 'Ann thanked Bea because _ had helped.',
      option1: 'Ann',
      option2: 'Bea',
      answer: '2',
    };
    const { items } = await readTask({ path: await write([row]) }, 1);
    assert.deepEqual(
      items[0]!.choices.map(({ context, continuation }) => [context, continuation]),
      [
        ['Ann thanked Bea because Ann', ' had helped.'],
        ['Ann thanked Bea because Bea', ' had helped.'],
      ],
    );
    assert.equal(items[0]!.right, 1);
  });
});
