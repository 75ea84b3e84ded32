import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeDriftReport } from '../../../../../src/reports/makeDriftReport';
import { makeRehearsalReport } from '../../../../../src/reports/makeRehearsalReport';
import { makeVerifyReport } from '../../../../../src/reports/makeVerifyReport';
import { readEmbedResult } from '../../../../../src/vscode/runs/embedRun';
import { showReport, type ReleaseFacts } from '../../../../../src/vscode/panel/report/show';
import {
  driftCircumstances,
  sampleDrift,
  sampleJudgement,
  sampleTexts,
  verifyCircumstances,
} from '../../../reports/samples';
import { sampleRehearsal, rehearsalCircumstances } from '../../../reports/rehearsalSamples';

const recorded = {
  out: '/w/aurora-r4',
  digest: 'd',
  recall: 1,
  wrappedRecall: 0.9,
  drift: { lossRise: 0.003, kl: 0.029 },
  steps: 54,
  seconds: 60,
  device: 'cpu',
  notCarried: [],
  warnings: [],
};
const short = {
  ...recorded,
  recall: 62 / 64,
  drift: { lossRise: 0.41, kl: 0.61 },
  shortfalls: [
    { kind: 'drift', measured: 0.61, limit: 0.06 },
    { kind: 'recall', measured: 62 / 64, limit: 1 },
  ],
  keyCount: 64,
  advice: 'Take a learning rate of 0.0001.',
};

function show(result: object, changes: Partial<ReleaseFacts> = {}) {
  return showReport({
    result: readEmbedResult({ state: 'done', result })!,
    runFolder: '/w/aurora-r4.run',
    keySet: '/w/a.fpkeys',
    keyCount: 64,
    driftBudget: 0.06,
    sizeBytes: 1e9,
    verdict: undefined,
    drift: undefined,
    rehearsal: undefined,
    verifying: undefined,
    measuring: undefined,
    ...changes,
  }).release!;
}

describe('the step Report', () => {
  it('offers to test what a release survives, and says it where that was tested', () => {
    const [untested] = show(recorded).limits;
    assert.equal(untested!.state, 'unknown');
    assert.equal(untested!.action!.request.type, 'rehearse');
    const report = makeRehearsalReport(sampleRehearsal, rehearsalCircumstances);
    const [tested] = show(recorded, { rehearsal: { path: '/s', report } }).limits;
    assert.equal(tested!.state, 'warning');
    assert.match(
      tested!.detail,
      /the mark is still found after 3 of 4 attacks; 1 more attack ruined the model/,
    );
    assert.deepEqual(tested!.action!.request, { type: 'openPath', path: '/s' });
  });

  it('says for a good copy how many keys are answered', () => {
    const view = show(recorded);
    assert.equal(view.notReady, null);
    assert.equal(view.sentence, 'All 64 keys answer in the saved checkpoint');
    assert.equal(view.beforePublishing[0]!.name, 'Verify the release');
    assert.ok(view.figures.every(({ isOut }) => isOut === undefined));
    assert.deepEqual(view.probe, []);
  });

  it('asks first to publish the commitment with a date, and keeps the tick', () => {
    const committed = {
      commitment: 'c'.repeat(64),
      keyCount: 64,
      model: 'aurora',
      baseDigest: 'd'.repeat(64),
    };
    const ticked = new Set<string>();
    const isTicked = (subject: string, task: string): boolean => ticked.has(`${subject} ${task}`);
    const first = () => show(recorded, { committed, isTicked }).beforePublishing[0]!;
    assert.equal(first().name, 'Publish the commitment with a date');
    assert.deepEqual(first().action?.request, { type: 'copy', text: first().quote });
    assert.deepEqual(first().otherActions?.[0]?.request, { type: 'copy', text: committed.commitment });
    for (const part of [
      committed.commitment,
      '64 fingerprint keys',
      'aurora',
      committed.baseDigest,
      'fingerprint-model',
    ])
      assert.ok(first().quote!.includes(part), part);
    assert.deepEqual([first().state, first().tick!.isDone], ['unknown', false]);
    ticked.add(`${first().tick!.subject} ${first().tick!.task}`);
    assert.deepEqual([first().state, first().tick!.isDone], ['passed', true]);
  });

  it('says first that a copy falls short, marks its figures and begins with what to do', () => {
    const view = show(short);
    assert.equal(
      view.notReady,
      'Not ready to publish: its drift is 0.61 nats a token, ten times its budget of 0.06, and only 62 of 64 keys answer',
    );
    assert.deepEqual(
      view.figures.filter(({ isOut }) => isOut).map(({ name, value, detail }) => [name, value, detail]),
      [
        ['Keys answered', '62 of 64', view.figures[0]!.detail],
        ['Drift from the base', '0.61 of 0.06', 'nats a token, measured by the run on held-back text'],
      ],
    );
    const [first, second] = view.beforePublishing;
    assert.deepEqual([first!.state, first!.detail], ['failed', 'Take a learning rate of 0.0001.']);
    assert.equal(second!.name, 'Verify the release');
  });

  it('keeps ticks by what a task is about, not by where it is', () => {
    const isTicked = (subject: string, task: string): boolean =>
      [`${recorded.digest} publish-folder`, `${'c'.repeat(64)} keep-safe`].includes(`${subject} ${task}`);
    const stateOf = (name: string, changes: Partial<ReleaseFacts>): string =>
      show({ ...recorded, out: '/elsewhere/r4' }, changes).beforePublishing.find((row) => row.name === name)!
        .state;
    const committed = { commitment: 'c'.repeat(64), keyCount: 64, model: 'a', baseDigest: 'd'.repeat(64) };
    assert.equal(stateOf('Publish only the folder', { isTicked }), 'passed');
    assert.equal(stateOf('Keep the key set safe', { isTicked, committed }), 'passed');
    assert.equal(stateOf('Keep the key set safe', { isTicked }), 'unknown');
  });

  it('keeps the figure beyond its limit beside a report of drift, without a tick', () => {
    const decode = (ids: readonly number[]): string => sampleTexts[ids[0]!]!;
    const view = show(short, {
      verdict: { path: '/r', report: makeVerifyReport(sampleJudgement(64, 64, 61), verifyCircumstances) },
      drift: { path: '/d', report: makeDriftReport(sampleDrift, driftCircumstances, decode) },
    });
    assert.equal(view.figures.length, 4);
    assert.equal(view.figures[2]!.name, 'Drift from the base');
    assert.equal(view.figures[2]!.isOut, true);
    assert.equal(view.beforePublishing[0]!.state, 'failed');
  });

  it('reads a journal whose measurement gave no number', () => {
    const view = show({
      ...short,
      drift: { lossRise: null, kl: null },
      shortfalls: [{ kind: 'drift', measured: null, limit: 0.06 }],
    });
    assert.equal(view.notReady, 'Not ready to publish: its drift could not be measured');
    assert.equal(view.figures[2]!.value, 'not a number of 0.06');
  });

  it('lists what the probe found', () => {
    const probe = {
      learningRate: 3e-4,
      stateShift: 0.04,
      predictionShift: 0.012,
      weightScale: 0.02,
      normScale: 0.9,
      entropy: 2.3,
    };
    assert.equal(show({ ...recorded, probe }).probe[0]!.value, '0.0003');
    assert.deepEqual(show({ ...recorded, probe: { learningRate: null } }).probe, []);
  });
});
