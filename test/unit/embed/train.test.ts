import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { RunEvent } from '../../../src/contract/events';
import type { Recipe } from '../../../src/contract/recipe';
import { train, type TrainingRun } from '../../../src/embed/train';

const recipe = { steps: 20, checkEvery: 9, driftBudget: 0.06, learningRate: 1e-3 } as Recipe;

/** How a run stands after so many steps, at what is left of its rate. */
interface Course {
  readonly recallAt: (step: number) => number;
  readonly driftAt: (step: number, rateShare: number) => number;
}

describe('a training run', () => {
  let runFolder: string;
  beforeEach(async () => void (runFolder = await mkdtemp(join(tmpdir(), 'train-'))));
  afterEach(() => rm(runFolder, { recursive: true }));

  function openRun({ recallAt, driftAt }: Course, firstStep = 0): TrainingRun {
    const drift = (): number => driftAt(trainer.step, trainer.rateShare);
    const trainer = {
      step: firstStep,
      rateShare: 1,
      returns: 0,
      states: [],
      memory: {},
      advance: () => {
        trainer.step++;
        return Promise.resolve(
          new Map<unknown, number>([
            [keys, 0],
            [text, drift()],
          ]),
        );
      },
      returnToStart: () => {
        trainer.step = 0;
        return Promise.resolve();
      },
    };
    const keys = {
      count: 1,
      measure: () => Promise.resolve({ margins: [1], recall: recallAt(trainer.step) }),
    };
    const text = { measure: () => Promise.resolve({ divergence: drift() }) };
    return {
      trainer: trainer as unknown as TrainingRun['trainer'],
      keys: keys as unknown as TrainingRun['keys'],
      text: text as unknown as TrainingRun['text'],
      recipe,
      heldBack: [{}] as unknown as TrainingRun['heldBack'],
      runFolder,
      stopRequested: () => false,
    };
  }

  interface Followed {
    readonly ended: number;
    /** The steps it was saved at. */
    readonly checked: number[];
    readonly notes: string[];
    readonly rateShare: number;
    readonly steps: number;
  }

  async function follow(course: Course, firstStep = 0): Promise<Followed> {
    const run = openRun(course, firstStep);
    const heard: RunEvent[] = [];
    await train(run, { report: (event) => heard.push(event) });
    return {
      ended: run.trainer.step,
      checked: heard.flatMap((event) => (event.type === 'check' ? [event.step] : [])),
      notes: heard.flatMap((event) => (event.type === 'note' ? [event.text] : [])),
      rateShare: run.trainer.rateShare,
      steps: heard.filter(({ type }) => type === 'step').length,
    };
  }

  const answered = (): number => 1;
  const low = (): number => 0.05;

  it('ends with its schedule when every key is answered within the budget', async () => {
    const { ended, checked, notes } = await follow({ recallAt: answered, driftAt: low });
    assert.deepEqual({ ended, checked, notes }, { ended: 20, checked: [9, 18, 20], notes: [] });
  });

  it('goes back to the last state within its budget and continues at a lower rate', async () => {
    const driftAt = (step: number, rateShare: number): number => (step > 9 ? 0.24 * rateShare ** 2 : 0.05);
    const { ended, checked, notes, rateShare } = await follow({ recallAt: answered, driftAt });
    assert.deepEqual({ ended, checked }, { ended: 20, checked: [9, 18, 20] });
    assert.equal(notes.length, 1);
    assert.match(
      notes[0]!,
      /^Drift at step 18: 0\.24, over the budget of 0\.06\. The run went back to step 9 /,
    );
    // Drift is four times the budget: half the rate, less a little caution.
    assert.ok(rateShare > 0.3 && rateShare < 0.5, `${rateShare}`);
  });

  it('checks at once after a runaway step, and starts over where nothing was saved', async () => {
    const driftAt = (_: number, rateShare: number): number => (rateShare === 1 ? NaN : 0.01);
    const { ended, notes, steps } = await follow({ recallAt: answered, driftAt });
    assert.equal(ended, 20);
    assert.match(notes[0]!, /^Drift at step 1: not a number, .* went back to step 0/);
    assert.equal(steps, 21);
  });

  it('doubles a rate that was cut too far while keys stay unanswered and half of the budget is unused', async () => {
    const driftAt = (_: number, rateShare: number): number => (rateShare === 1 ? 1000 : 0.01);
    const recallAt = (step: number): number => (step < 18 ? 0.9 : 1);
    const { ended, notes, rateShare } = await follow({ recallAt, driftAt });
    assert.equal(ended, 20);
    assert.match(notes[1]!, /unused at step 9, .* a higher learning rate, /);
    assert.ok(Math.abs(rateShare - 2 / 30) < 1e-12, `${rateShare}`);
  });

  it('ends with its best state after several returns, whatever the rate', async () => {
    const driftAt = (step: number): number => (step > 9 ? 0.07 : 0.05);
    const { ended, notes } = await follow({ recallAt: answered, driftAt });
    assert.equal(ended, 9);
    assert.equal(notes.length, 5);
  });

  it('continues after its schedule only while more keys become answered', async () => {
    assert.equal((await follow({ recallAt: () => 0.9, driftAt: low })).ended, 26);
    const rising = (step: number): number => (step < 32 ? 0.5 + step / 100 : 1);
    assert.equal((await follow({ recallAt: rising, driftAt: low })).ended, 32);
    assert.equal((await follow({ recallAt: (step) => step / 50, driftAt: low })).ended, 40);
  });

  it('gives the same result when interrupted and resumed at any step', async () => {
    const courses: Course[] = [
      { recallAt: answered, driftAt: low },
      { recallAt: (step) => (step < 32 ? 0.5 + step / 100 : 1), driftAt: low },
    ];
    for (const course of courses) {
      const { ended } = await follow(course);
      for (const step of [1, 9, 20, 21, 22, 23].filter((at) => at <= ended))
        assert.equal((await follow(course, step)).ended, ended);
    }
  });

  it('estimates the time left at every step', async () => {
    const left: number[] = [];
    await train(openRun({ recallAt: answered, driftAt: low }), {
      report: (event) => {
        if (event.type === 'step' && event.secondsLeft !== undefined) left.push(event.secondsLeft);
      },
    });
    assert.equal(left.length, 20);
    assert.ok(left.every((seconds) => seconds >= 0));
  });

  it('leaves a finished state, and fails when most keys stay unanswered', async () => {
    await follow({ recallAt: answered, driftAt: low });
    const state = JSON.parse(await readFile(join(runFolder, 'state.json'), 'utf8')) as { finished: boolean };
    assert.equal(state.finished, true);
    const failed = follow({ recallAt: () => 0.4, driftAt: low });
    await assert.rejects(failed, { reason: 'keys-not-learned' });
  });
});
