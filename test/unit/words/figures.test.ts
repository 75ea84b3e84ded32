import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatDuration, formatParameters, formatRough, formatSize } from '../../../src/words/figures';

const plain = (text: string): string => text.replaceAll('\u202f', ' ');

describe('figures of the panel', () => {
  it('shows sizes with three digits', () => {
    const shown = [0, 870, 999.4, 2_626_168, 3_100_000_000, 999_600_000].map((n) => plain(formatSize(n)));
    assert.deepEqual(shown, ['0 bytes', '870 bytes', '999 bytes', '2.63 MB', '3.10 GB', '1.00 GB']);
    assert.deepEqual(
      [656_000, 226e6, 1.548e9].map((n) => plain(formatParameters(n))),
      ['656 K', '226 M', '1.55 B'],
    );
  });

  it('shows durations in two units at most', () => {
    const shown = [0.04, 7.84, 38, 59.7, 468, 3600, 9620].map((s) => plain(formatDuration(s)));
    assert.deepEqual(shown, ['0.0 s', '7.8 s', '38 s', '1 min', '7 min 48 s', '1 h', '2 h 40 min']);
  });

  it('rounds a guess as coarsely as it is known', () => {
    const shown = [0, 12, 52, 58, 178, 3500, 9600].map((s) => plain(formatRough(s)));
    assert.deepEqual(shown, ['5 s', '10 s', '50 s', '1 min', '3 min', '58 min', '2 h 40 min']);
  });
});
