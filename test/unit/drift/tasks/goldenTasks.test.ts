import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { taskNames, type TaskName } from '../../../../src/contract/compared/tasks';
import { openCheckpoint } from '../../../../src/checkpoint/checkpoint';
import { readPrefixId } from '../../../../src/checkpoint/tokenizer/prefixId';
import { loadTokenizer } from '../../../../src/checkpoint/tokenizer/tokenizer';
import { judgeItem, summariseItems } from '../../../../src/drift/tasks/judgeItems';
import { readTask } from '../../../../src/drift/tasks/readTask';
import { scoreQuestions } from '../../../../src/drift/tasks/scoreQuestions';
import { splitTokens, type TaskTokenizer } from '../../../../src/drift/tasks/splitTokens';
import { withLanguageModel } from '../../../../src/engine/openLanguageModel';
import { loadModel, type LoadedModel } from '../../../../src/engine/loadedModel';

const folder = 'test/fixtures/tasks';
const model = 'test/fixtures/models/chat-5M';
const placement = { device: 'cpu', precision: 'single', memoryBytes: Infinity } as const;

interface Golden {
  readonly firstPrompts: Readonly<Record<TaskName, readonly string[]>>;
  readonly items: Readonly<
    Record<TaskName, readonly { logLikelihoods: readonly number[]; acc: number; accNorm?: number }[]>
  >;
}

const fileOf = (name: TaskName): string => join(folder, `${name === 'arc' ? 'arc_easy' : name}.jsonl`);

describe('tasks give what lm-evaluation-harness gives', () => {
  let golden: Golden;
  let tokenizer: TaskTokenizer;
  let loaded: LoadedModel;
  before(async () => {
    golden = JSON.parse(await readFile(join(folder, 'golden.json'), 'utf8')) as Golden;
    tokenizer = { ...(await loadTokenizer(model)), prefixId: await readPrefixId(model) };
    loaded = loadModel(await openCheckpoint(model));
  });

  for (const name of taskNames)
    it(`for every item of ${name}: log-likelihoods to a thousandth, right and wrong exactly`, async () => {
      const { items } = await readTask({ path: fileOf(name) }, 1000);
      const expected = golden.items[name];
      assert.equal(items.length, expected.length);
      const [first] = items[0]!.choices;
      assert.deepEqual([first!.context, first!.continuation], golden.firstPrompts[name].slice(0, 2));
      const questions = items.flatMap(({ choices }) =>
        choices.map((choice) => splitTokens(choice, tokenizer, 1024)!),
      );
      const scored = await withLanguageModel(loaded, placement, (opened) =>
        scoreQuestions(opened, questions, undefined, () => undefined),
      );
      let next = 0;
      const judged = items.map((item, i) => {
        const own = scored.slice(next, (next += item.choices.length));
        own.forEach(({ logLikelihood }, choice) => {
          const distance = Math.abs(logLikelihood - expected[i]!.logLikelihoods[choice]!);
          assert.ok(distance < 1e-3, `item ${i + 1}, choice ${choice + 1}: ${distance}`);
        });
        return judgeItem(item, own);
      });
      const share = (of: (item: (typeof expected)[number]) => number | undefined): number =>
        expected.reduce((sum, item) => sum + (of(item) ?? 0), 0) / expected.length;
      const summary = summariseItems(judged, { isCloze: name === 'lambada', hasNormalised: true });
      assert.equal(
        summary.acc,
        share(({ acc }) => acc),
      );
      if (expected[0]!.accNorm !== undefined)
        assert.equal(
          summary.accNorm,
          share(({ accNorm }) => accNorm),
        );
      judged.forEach(({ isRight }, i) => assert.equal(isRight, expected[i]!.acc === 1, `item ${i + 1}`));
    });
});
