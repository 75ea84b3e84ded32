import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { createHumanOutput } from '../../../src/cli/output';

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
    output.progress({ phase: 'training', recall: 0.5 });
    output.progress({ phase: 'training', loss: 2 });
    output.progress({ phase: 'verifying' });
    assert.equal(
      err(),
      `${clear}training  recall 50 %${clear}training  loss 2.000  recall 50 %${clear}verifying`,
    );
  });

  it('shows the line on a terminal that claims to have no columns', () => {
    const { output, err } = open(0);
    output.progress({ phase: 'training' });
    assert.equal(err(), `${clear}training`);
  });

  it('clears the line before the result, which alone goes to standard output', () => {
    const { output, out, err } = open(100);
    output.result({}, ['done']);
    assert.equal(out(), 'done\n');
    assert.equal(err(), clear);
  });
});
