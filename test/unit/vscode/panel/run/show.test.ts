import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Failure } from '../../../../../src/jobs/messages';
import type { Recipe } from '../../../../../src/contract/recipe';
import type { JournalLine, News } from '../../../../../src/jobs/runFolder/journal';
import type { RunView } from '../../../../../src/protocol/panel/run';
import type { KnownRun } from '../../../../../src/vscode/runs/knownRun';
import { makeKnownRun } from '../../../../../src/vscode/runs/readKnownRun';
import { followCourse } from '../../../../../src/vscode/runs/runCourse';
import { describeState } from '../../../../../src/vscode/runs/runNames';
import { secondsLeft, shareOf, workedSeconds } from '../../../../../src/vscode/runs/runTime';
import { traceRun } from '../../../../../src/vscode/runs/runTrace';
import { noRun, showRun, summariseRun, type RunFacts } from '../../../../../src/vscode/panel/run/show';

const startMs = Date.UTC(2026, 10, 22, 14);
const plain = (text: string): string => text.replaceAll('\u202f', ' ');

const news: News[] = [
  { type: 'started', operation: 'embed', pid: 42 },
  { type: 'phase', phase: 'writing-ordinary-text', done: 288, total: 288 },
  ...Array.from({ length: 27 }, (_, index): News => ({
    type: 'step',
    done: index + 1,
    total: 54,
    loss: 5,
    kl: 0.01,
    stepsPerSecond: 0.5,
    secondsLeft: 54,
    ...(index === 26 && { recall: 0.75, drift: 0.02 }),
  })),
];
const checked: News[] = [
  { type: 'saved', step: 27 },
  { type: 'check', step: 27, loss: 5, recall: 0.75, drift: 0.02 },
];
const timeOf = (second: number): string => new Date(startMs + 1000 * second).toISOString();
const lines: JournalLine[] = [
  ...news.map((line, second) => ({ time: timeOf(second), ...line })),
  ...checked.map((line) => ({ time: timeOf(news.length - 1), ...line })),
];

function facts(run: Partial<KnownRun> = {}): RunFacts {
  return {
    run: {
      folder: '/models/aurora-r1.run',
      job: { version: 1, operation: 'embed', request: {}, createdAt: '2026-11-22T14:00:00.000Z' },
      status: 'running',
      state: 'running',
      isSaved: true,
      canResume: false,
      course: followCourse(lines),
      ...run,
    },
    trace: traceRun(lines),
    out: '/models/aurora-r1',
    recipe: { steps: 54, driftBudget: 0.06 } as Recipe,
    parameters: 1_548_000_000,
    trainedParameters: 226_000_000,
    keyCount: 64,
    keysNeeded: 22,
  };
}

const show = (run: Partial<KnownRun> = {}): RunView => showRun(facts(run), startMs + 30_000);
const factOf = (view: RunView, name: string): string =>
  plain(view.facts.find((fact) => fact.name === name)!.value);

describe('the step Run', () => {
  it('shows a training run', () => {
    const view = show();
    assert.deepEqual(view.stage, { phase: 'Training', done: 27, total: 54 });
    assert.equal(view.share, 0.2 + 0.6 / 2);
    assert.equal(view.elapsedSeconds, 30);
    assert.equal(view.secondsLeft, 54);
    assert.deepEqual(
      view.phases.map(({ name, state, seconds }) => [name, state, seconds]),
      [
        ['Prepare', 'done', 1],
        ['Train', 'current', 28],
        ['Save', 'to come', null],
        ['Read back and verify', 'to come', null],
      ],
    );
    assert.equal(factOf(view, 'Trained'), '226 M of 1.55 B');
    assert.equal(factOf(view, 'Speed'), '2.0 s a step');
    assert.equal(factOf(view, 'Last save'), 'step 27, 2.0 s ago');
    assert.equal(factOf(view, 'Writes to'), 'aurora-r1');
    assert.equal(view.problem, null);
    assert.deepEqual([view.steps, view.savedStep, view.keysNeeded], [54, 27, 22]);
    const { state, words } = summariseRun(view, undefined);
    assert.deepEqual([state, plain(words)], ['running', '50 %, 55 s left']);
  });

  it('says what is saved when a run stopped by itself', () => {
    const failure: Failure = {
      reason: 'out-of-memory',
      message: 'The process that ran the model ran out of memory.',
      next: 'Close other programs.',
    };
    const view = show({ state: 'failed', status: 'failed', canResume: true, failure });
    assert.deepEqual(view.problem, {
      message:
        'The process that ran the model ran out of memory. Nothing is lost: the last save is step 27, and the model folder was not touched.',
      next: 'Close other programs.',
    });
    assert.equal(view.stage, null);
    assert.equal(view.elapsedSeconds, 28);
    assert.deepEqual(summariseRun(view, failure), { state: 'failed', words: 'Stopped: out of memory' });
    assert.doesNotMatch(show({ state: 'failed', failure }).problem!.message, /Nothing is lost/);
  });

  it('has words for every state', () => {
    const wordsOf = (state: RunView['state']): string =>
      plain(summariseRun({ ...show(), state }, undefined).words);
    assert.equal(summariseRun(noRun, undefined).words, 'Not started');
    assert.equal(wordsOf('paused'), 'Paused at step 27');
    assert.equal(wordsOf('interrupted'), 'Interrupted at step 27');
    assert.equal(wordsOf('cancelled'), 'Cancelled at step 27');
    assert.equal(wordsOf('done'), 'Done in 30 s');
    assert.equal(wordsOf('failed'), 'Stopped');
    assert.deepEqual((['starting', 'pausing', 'stopping', 'cancelling'] as const).map(wordsOf), [
      'Starting',
      'Pausing',
      'Stopping',
      'Cancelling',
    ]);
  });

  it('shows no plain success where the copy falls short', () => {
    const result = {
      shortfalls: [{ kind: 'recall', measured: 62 / 64, limit: 1 }],
      advice: 'Take more steps.',
    };
    const view = show({ state: 'done', status: 'done', result });
    assert.deepEqual(view.notReady, {
      message: 'Not ready to publish: only 62 of 64 keys answer',
      next: 'Take more steps.',
    });
    assert.deepEqual(summariseRun(view, undefined), { state: 'warning', words: 'Not ready to publish' });
    assert.equal(show({ state: 'done', status: 'done', result: { shortfalls: [] } }).notReady, null);
    assert.equal(show({ state: 'running', result }).notReady, null);
  });

  it('says the same time and share as the rows and the status bar', () => {
    const run = makeKnownRun('/models/aurora-r1.run', facts().run.job, lines, true);
    const view = showRun({ ...facts(), run }, startMs + 30_000);
    assert.equal(view.share, shareOf(run));
    assert.equal(view.secondsLeft, secondsLeft(run, startMs + 30_000));
    assert.equal(view.elapsedSeconds, workedSeconds(run, startMs + 30_000));
    assert.match(plain(describeState(run)), /^50 %, about 55 s left$/);
  });

  it('keeps the place of the bar while a resumed run loads again', () => {
    const resumed: JournalLine[] = [
      ...lines,
      { time: timeOf(40), type: 'ended', status: 'paused' },
      { time: timeOf(100), type: 'started', operation: 'embed', pid: 43 },
      { time: timeOf(101), type: 'phase', phase: 'reading-ordinary-text', done: 1, total: 288 },
    ];
    const run = makeKnownRun('/models/aurora-r1.run', facts().run.job, resumed, true);
    const view = showRun({ ...facts(), run, trace: traceRun(resumed) }, startMs + 110_000);
    assert.equal(view.share, 0.2 + 0.6 / 2);
    assert.equal(view.isLoadingAgain, true);
    assert.equal(view.secondsLeft, null);
    assert.equal(view.elapsedSeconds, 40 + 10);
    assert.equal(plain(summariseRun(view, undefined).words), '50 %, loading again');
    assert.equal(plain(describeState(run)), '50 %, loading again');
  });

  it('knows no budget and no schedule of a run that never began', () => {
    const failed = {
      ...facts({ state: 'failed', status: 'failed' }),
      recipe: undefined,
      trace: traceRun([]),
    };
    const view = showRun(failed, startMs);
    assert.deepEqual([view.steps, view.driftBudget, view.actions], [0, null, ['discard']]);
  });

  it('keeps no more than 400 points and 200 lines of log', () => {
    const long = Array.from({ length: 3000 }, (_, step): JournalLine => ({
      time: new Date(startMs + 1000 * step).toISOString(),
      type: 'step',
      done: step + 1,
      loss: 1 + (step % 3),
    }));
    const view = showRun({ ...facts(), trace: traceRun(long) }, startMs + 4e6);
    assert.ok(view.loss.length <= 400);
    assert.equal(view.log.length, 200);
    assert.equal(view.loss.at(-1)!.step, 3000);
  });
});
