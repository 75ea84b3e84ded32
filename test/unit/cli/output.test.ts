import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import type { RunEvent } from '../../../src/contract/events';
import { createHumanOutput, createJsonOutput } from '../../../src/cli/output';

const open = (columns: number) => {
  const stdout = new PassThrough();
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns });
  const read = (stream: PassThrough): string => String(stream.read() ?? '');
  return { output: createHumanOutput({ stdout, stderr }), out: () => read(stdout), err: () => read(stderr) };
};

const clear = '\r\u001b[2K';

describe('output to a person at a terminal', () => {
  it('redraws one line, keeping what is known of the phase', () => {
    const { output, err } = open(100);
    output.event({ type: 'step', recall: 0.5 });
    output.event({ type: 'step', loss: 2 });
    output.event({ type: 'phase', phase: 'comparing' });
    assert.equal(
      err(),
      `${clear}training  recall 50 %${clear}training  loss 2.000  recall 50 %${clear}comparing`,
    );
  });

  it('shows the line on a terminal that claims to have no columns', () => {
    const { output, err } = open(0);
    output.event({ type: 'step' });
    assert.equal(err(), `${clear}training`);
  });

  it('clears the line before the result, which alone goes to standard output', () => {
    const { output, out, err } = open(100);
    output.result({}, ['done']);
    assert.equal(out(), 'done\n');
    assert.equal(err(), clear);
  });
});

/** OSC 52 (clipboard), OSC 0 (title), colour, C1, DEL, a new line, and text that turns its direction. */
const hostile =
  'a\u001b]52;c;cHduZWQ=\u0007b\u001b]0;t\u0007\u001b[31m\u009b31m\u0090\u007f\r\nc\u202ed\u2066';

describe('what a stranger wrote', () => {
  const steering = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
  const withoutOwn = (text: string): string => text.replaceAll(clear, '');

  it('never steers a terminal, wherever it is shown, and makes no line of its own', () => {
    const { output, out, err } = open(100);
    output.remark(hostile);
    output.event({ type: 'note', text: hostile });
    output.event({ type: 'memory', text: hostile });
    output.event({ type: 'device', device: 'cpu', precision: 'single', reason: hostile });
    output.event({ type: 'phase', phase: hostile as 'training', done: 1, total: 2 });
    output.trouble({ reason: 'x', message: hostile, next: hostile });
    output.result({}, [hostile, hostile]);
    const [said, result] = [withoutOwn(err()), out()];
    assert.doesNotMatch(said, steering);
    assert.doesNotMatch(result, steering);
    assert.equal(said.split('\n').length - 1, 6);
    assert.equal(result.split('\n').length - 1, 2);
  });

  it('is the same value in JSON, without a raw control', () => {
    const stdout = new PassThrough();
    createJsonOutput({ stdout, stderr: new PassThrough() }).result({ name: hostile }, []);
    const text = String(stdout.read());
    assert.doesNotMatch(text, steering);
    assert.deepEqual(JSON.parse(text), { name: hostile, type: 'result' });
  });
});

describe('output to a program', () => {
  const tell = (...events: RunEvent[]): unknown[] => {
    const stdout = new PassThrough();
    const output = createJsonOutput({ stdout, stderr: new PassThrough() });
    for (const event of events) output.event(event);
    const text = String(stdout.read() ?? '');
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  };

  it('keeps the shape that it had when phases were words', () => {
    const device = {
      type: 'device',
      device: 'cpu',
      precision: 'single',
      reason: 'CPU, as requested.',
    } as const;
    assert.deepEqual(
      tell(
        { type: 'phase', phase: 'opening-model' },
        device,
        { type: 'step', done: 9, total: 54, loss: 2, kl: 0.01 },
        { type: 'saved', step: 9 },
        { type: 'check', step: 9, loss: 2, recall: 0.5, drift: 0.02 },
      ),
      [
        { phase: 'opening the model', type: 'progress' },
        { phase: 'opening the model', note: 'Device: CPU, as requested.', type: 'progress' },
        { phase: 'training', done: 9, total: 54, loss: 2, distance: 0.01, type: 'progress' },
        {
          phase: 'training',
          done: 9,
          total: 54,
          loss: 2,
          recall: 0.5,
          drift: 0.02,
          checkedStep: 9,
          type: 'progress',
        },
      ],
    );
  });
});
