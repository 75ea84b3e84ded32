import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Progress } from '../../../src/common/progress';
import type { Recipe } from '../../../src/embed/recipe';
import { train } from '../../../src/embed/train';
import type { TrainingRun } from '../../../src/embed/train';

const recipe = { steps: 20, checkEvery: 9, driftBudget: 0.06 } as Recipe;

/** How a run stands after so many steps. */
interface Course {
  readonly recallAt: (step: number) => number;
  readonly driftAt: (step: number) => number;
}

describe('the end of a training run', () => {
  let runFolder: string;
  beforeEach(async () => void (runFolder = await mkdtemp(join(tmpdir(), 'train-'))));
  afterEach(() => rm(runFolder, { recursive: true }));

  function openRun({ recallAt, driftAt }: Course, firstStep = 0): TrainingRun {
    const trainer = {
      step: firstStep,
      states: [],
      turns: { dueAt: [0] },
      advance: () => Promise.resolve({ keyLoss: 0, divergence: 0, step: trainer.step++ }),
      measureKeys: () => Promise.resolve({ margins: [1], recall: recallAt(trainer.step) }),
      measureDivergence: () => Promise.resolve(driftAt(trainer.step)),
    };
    return {
      trainer: trainer as unknown as TrainingRun['trainer'],
      recipe,
      keys: [],
      heldBack: [{}] as unknown as TrainingRun['heldBack'],
      runFolder,
      stopRequested: () => false,
    };
  }

  /** The step a run ends at, and the steps it was checked at. */
  async function follow(course: Course, firstStep = 0): Promise<{ ended: number; checked: number[] }> {
    const run = openRun(course, firstStep);
    const heard: Progress[] = [];
    await train(run, { report: (progress) => heard.push(progress) });
    const checked = heard.flatMap((progress) => ('checkedStep' in progress ? [progress.checkedStep] : []));
    return { ended: run.trainer.step, checked };
  }

  const answered = (): number => 1;
  const low = (): number => 0.05;
  const high = (): number => 0.07;

  it('is that of the schedule when its checks are met then', async () => {
    assert.deepEqual(await follow({ recallAt: answered, driftAt: low }), { ended: 20, checked: [9, 18, 20] });
  });

  it('comes soon after the schedule where drift comes into its budget', async () => {
    const driftAt = (step: number): number => (step < 22 ? 0.07 : 0.05);
    assert.deepEqual(await follow({ recallAt: answered, driftAt }), { ended: 23, checked: [9, 18, 20, 23] });
  });

  it('waits for drift half as long as the schedule, and for answers twice as long', async () => {
    assert.equal((await follow({ recallAt: answered, driftAt: high })).ended, 30);
    assert.equal((await follow({ recallAt: () => 0.9, driftAt: low })).ended, 60);
    const late = (step: number): number => (step < 40 ? 0.9 : 1);
    assert.equal((await follow({ recallAt: late, driftAt: high })).ended, 41);
  });

  it('is the same for a run that was interrupted, wherever it goes on from', async () => {
    const courses: Course[] = [
      { recallAt: answered, driftAt: low },
      { recallAt: answered, driftAt: (step) => (step < 22 ? 0.07 : 0.05) },
      { recallAt: answered, driftAt: high },
      { recallAt: (step) => (step < 40 ? 0.9 : 1), driftAt: high },
    ];
    for (const course of courses) {
      const { ended } = await follow(course);
      for (const step of [1, 9, 20, 21, 22, 23, 29, 40].filter((at) => at <= ended))
        assert.equal((await follow(course, step)).ended, ended);
    }
  });

  it('leaves a finished state, and is an error when most keys stay unanswered', async () => {
    await follow({ recallAt: answered, driftAt: low });
    const state = JSON.parse(await readFile(join(runFolder, 'state.json'), 'utf8')) as { finished: boolean };
    assert.equal(state.finished, true);
    const failed = follow({ recallAt: () => 0.4, driftAt: low });
    await assert.rejects(failed, { reason: 'keys-not-learned' });
  });
});
