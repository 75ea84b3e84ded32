import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { announceRound } from '../../../src/beacon/announceRound';
import { drandChains, quicknet } from '../../../src/beacon/chains';
import { findRoundFrom, timeOfRound } from '../../../src/beacon/roundTimes';

const league = drandChains.find(({ name }) => name === 'default')!;
const now = Date.UTC(2026, 10, 27, 12);

describe('the time of a round', () => {
  it('is that of the genesis for the first, and then one period later each', () => {
    // genesis 2023-08-23T15:09:27Z and 2020-07-22T15:17:30Z, as drand publishes them in seconds.
    assert.equal(new Date(timeOfRound(quicknet, 1)).toISOString(), '2023-08-23T15:09:27.000Z');
    assert.equal(new Date(timeOfRound(quicknet, 123)).toISOString(), '2023-08-23T15:15:33.000Z');
    assert.equal(new Date(timeOfRound(league, 1)).toISOString(), '2020-07-22T15:17:30.000Z');
    // A published plan: round 824700 of the default chain on 4 May 2021 at 23:47 UTC.
    assert.equal(new Date(timeOfRound(league, 824_700)).toISOString(), '2021-05-04T23:47:00.000Z');
  });

  it('leads back to the round, and from between two rounds to the next', () => {
    for (const chain of drandChains)
      for (const round of [1, 2, 1000, 27_946_612]) {
        const time = timeOfRound(chain, round);
        assert.equal(findRoundFrom(chain, time), round);
        assert.equal(findRoundFrom(chain, time + 1), round + 1);
        assert.equal(findRoundFrom(chain, time - 1), round);
      }
    assert.equal(findRoundFrom(quicknet, 0), 1);
  });
});

describe('announcing a round', () => {
  it('takes the first one at least a minute away', () => {
    for (const chain of ['quicknet', 'default'] as const) {
      const { round, time, chainHash } = announceRound({ chain }, now);
      const pinned = drandChains.find(({ hash }) => hash === chainHash)!;
      assert.equal(pinned.name, chain);
      assert.equal(Date.parse(time), timeOfRound(pinned, round));
      const wait = Date.parse(time) - now;
      assert.ok(wait >= 60_000 && wait < 60_000 + pinned.period * 1000, `${wait} ms`);
    }
  });

  it('waits longer where that is asked for', () => {
    const { time } = announceRound({ chain: 'quicknet', waitMinutes: 1440 }, now);
    assert.ok(Date.parse(time) - now - 86_400_000 < 3000);
    assert.ok(Date.parse(time) - now >= 86_400_000);
  });

  it('takes a named round that is late enough, and no other', () => {
    const first = announceRound({ chain: 'quicknet' }, now).round;
    assert.equal(announceRound({ chain: 'quicknet', round: first }, now).round, first);
    assert.equal(announceRound({ chain: 'quicknet', round: first + 5000 }, now).round, first + 5000);
    for (const round of [1, first - 1, first + 11_000_000, Number.MAX_SAFE_INTEGER])
      assert.throws(() => announceRound({ chain: 'quicknet', round }, now), { reason: 'unusable-round' });
  });
});
