import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { News } from '../../../../src/jobs/runFolder/journal';
import { courseOfNextStart, followCourse } from '../../../../src/vscode/runs/runCourse';
import { secondsLeft, shareOf, workedSeconds } from '../../../../src/vscode/runs/runTime';
import { journal, runOf, started, startMs, training } from './journalOfRun';

const preparing: News = { type: 'phase', phase: 'writing-ordinary-text', done: 96, total: 288 };
const trained: News[] = [started, preparing, training(1), training(50), { type: 'saved', step: 50 }];
const paused: News = { type: 'ended', status: 'paused' };

describe('the course of a run', () => {
  it('knows its phases, its device and its share', () => {
    const device: News = { type: 'device', device: 'cpu', precision: 'single', reason: 'CPU, as requested.' };
    const course = followCourse(journal([started, device, preparing, training(50)]));
    assert.deepEqual(
      [...course.phaseStarts].map(([name, ms]) => [name, (ms - startMs) / 1000]),
      [
        ['Prepare', 2],
        ['Train', 3],
      ],
    );
    assert.equal(course.device, 'cpu');
    assert.equal(course.share, 0.5);
    assert.equal(course.isLoadingAgain, false);
  });

  it('keeps its place when another process continues, until that has caught up', () => {
    const earlier = journal([...trained, training(54), paused]);
    const next = courseOfNextStart(earlier);
    assert.deepEqual([next.share, next.isLoadingAgain, next.startedAtMs], [0.5, true, undefined]);
    const loading = followCourse([...earlier, ...journal([started, preparing], 60)]);
    assert.deepEqual([loading.share, loading.isLoadingAgain], [0.5, true]);
    const caughtUp = followCourse([...earlier, ...journal([started, preparing, training(60)], 60)]);
    assert.deepEqual([caughtUp.share, caughtUp.isLoadingAgain], [0.2 + 0.6 * 0.6, false]);
  });

  it('begins at nothing where the earlier process saved nothing', () => {
    const { share, isLoadingAgain } = courseOfNextStart(journal([started, preparing]));
    assert.deepEqual([share, isLoadingAgain], [undefined, false]);
  });

  it('counts the time of every process, and not the time between them', () => {
    const lines = [...journal([...trained, paused]), ...journal([started, preparing, training(60)], 100)];
    const live = runOf('embed', {}, lines, true);
    assert.equal(workedSeconds(live, startMs + 110_000), 5 + 10);
    assert.equal(workedSeconds(runOf('embed', {}, lines), startMs + 900_000), 5 + 2);
  });

  it('estimates only while it runs, from training itself where that tells', () => {
    const live = runOf('embed', {}, journal(trained), true);
    assert.equal(secondsLeft(live, startMs), 50);
    assert.equal(secondsLeft(runOf('embed', {}, journal([...trained, paused])), startMs), undefined);
    assert.equal(shareOf(live), 0.5);
  });

  it('of any other run is that of its present phase', () => {
    const asking: News = { type: 'phase', phase: 'asking-suspect', done: 10, total: 40 };
    const run = runOf('verify', {}, journal([started, asking]), true);
    assert.equal(shareOf(run), 0.25);
    assert.equal(secondsLeft(run, startMs + 10_000), undefined);
  });
});
