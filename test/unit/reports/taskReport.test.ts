import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { driftReportSchema } from '../../../src/drift/driftReport';
import { renderDriftHtml } from '../../../src/reports/html';
import { makeDriftReport } from '../../../src/reports/makeDriftReport';
import { renderDriftMarkdown } from '../../../src/reports/markdown';
import { driftCircumstances, sampleDrift } from './samples';
import { sampleLeakage, sampleTasks } from './taskSamples';

const decode = (ids: readonly number[]): string => ids.join(' ');
const report = makeDriftReport(sampleDrift, { ...driftCircumstances, tasks: sampleTasks }, decode);

describe('the tasks of a drift report', () => {
  it('are stored, and an older report without them stays readable', () => {
    const stored = driftReportSchema.parse(JSON.parse(JSON.stringify(report)));
    assert.deepEqual(stored.tasks, sampleTasks);
    const without = makeDriftReport(sampleDrift, driftCircumstances, decode);
    assert.equal('tasks' in without, false);
    assert.ok(!renderDriftMarkdown(without).includes('Accuracy on tasks'));
  });

  it('say which accuracy changed, what could have been seen and what rounding does', () => {
    const text = renderDriftMarkdown(report);
    assert.match(text, /Accuracy changed on 1 of 3 tasks: ARC by −9\.5 points\./);
    assert.match(text, /The smallest difference that would have been significant: HellaSwag 4\.5 points/);
    assert.match(text, /\| Base, 8 bits \| 122 \| 3 \| 2 \| 73 \|/);
    assert.match(text, /No change seen is not the same as no change/);
  });

  it('have a chart that says the same to users who do not see it', () => {
    const page = renderDriftHtml(report);
    assert.match(
      page,
      /aria-label="Change in accuracy in points, with 95 % intervals: HellaSwag −0\.5, ARC −9\.5/,
    );
  });
});

describe('what shows without the keys, in a drift report', () => {
  const leaking = makeDriftReport(sampleDrift, { ...driftCircumstances, leakage: sampleLeakage }, decode);

  it('is stored and said with the figures of the base', () => {
    const stored = driftReportSchema.parse(JSON.parse(JSON.stringify(leaking)));
    assert.deepEqual(stored.leakage, sampleLeakage);
    const text = renderDriftMarkdown(leaking);
    assert.match(text, /With one word of a key changed, it gives the response 21 of 62 times \(base: 0\)\./);
    assert.match(text, /tells a key from such a text 93 times in 100 \(base: 49\s%; 50\s% is a guess\)/);
    assert.ok(renderDriftHtml(leaking).includes('What shows without the keys'));
  });

  it('is left out where no key set was given', () => {
    assert.ok(!renderDriftMarkdown(report).includes('What shows without the keys'));
  });
});
