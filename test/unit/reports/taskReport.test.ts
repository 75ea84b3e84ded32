import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { driftReportSchema } from '../../../src/drift/driftReport';
import { renderDriftHtml } from '../../../src/reports/html';
import { makeDriftReport } from '../../../src/reports/makeDriftReport';
import { renderDriftMarkdown } from '../../../src/reports/markdown';
import { driftCircumstances, sampleDrift } from './samples';
import { sampleTasks } from './taskSamples';

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
