import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { onCpu, type Placement } from '../../../src/contract/devices';
import { askUntilFinite } from '../../../src/suspects/askUntilFinite';
import type { FiniteProbe } from '../../../src/suspects/probeModel';

function probeWith(notFinite: readonly number[]): FiniteProbe {
  const neutral = { tokens: [], logP: [] };
  return { keys: [], keyHidden: [], neutral, neutralHidden: [], notFinite: new Set(notFinite) };
}

describe('asking until the numbers are finite', () => {
  const half: Placement = { ...onCpu, precision: 'half' };
  async function follow(
    start: Placement,
    isFinite: (placement: Placement, silent: ReadonlySet<number>) => boolean,
    broken: readonly number[] = [],
  ) {
    const asked: string[] = [];
    const ask = (placement: Placement, silent: ReadonlySet<number>): Promise<FiniteProbe> => {
      asked.push(`${placement.precision} without ${[...silent].join()}`);
      return Promise.resolve(probeWith(isFinite(placement, silent) ? [] : [0, 3]));
    };
    const { probe, notes } = await askUntilFinite(start, ask, () => Promise.resolve(new Set(broken)));
    return { asked, notes, left: probe.notFinite.size };
  }

  it('asks once where they are', async () => {
    const { asked, notes, left } = await follow(half, () => true);
    assert.deepEqual([asked, notes, left], [['half without '], [], 0]);
  });

  it('asks again in single precision what overflows in half, and says so', async () => {
    const { asked, notes, left } = await follow(half, ({ precision }) => precision === 'single');
    assert.deepEqual([asked, left], [['half without ', 'single without '], 0]);
    assert.match(notes.join(), /asked again in single precision/);
  });

  it('then leaves out tokens whose weights are no numbers', async () => {
    const { asked, notes, left } = await follow(onCpu, (_, silent) => silent.has(7), [7, 9]);
    assert.deepEqual([asked, left], [['single without ', 'single without 7,9'], 0]);
    assert.match(notes.join(), /2 tokens that no key needs/);
  });

  it('leaves undecided what stays without numbers', async () => {
    const { asked, left } = await follow(half, () => false);
    assert.deepEqual([asked, left], [['half without ', 'single without '], 2]);
  });
});
