import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { SnapshotPacer } from '../../../../src/vscode/pages/snapshotPacer';

/** Runs with a clock of our own; `advance` also lets promises settle. */
async function withClock(
  work: (tools: {
    sent: number[];
    pacer: SnapshotPacer;
    advance: (ms: number) => Promise<void>;
  }) => Promise<void>,
): Promise<void> {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  const sent: number[] = [];
  const pacer = new SnapshotPacer(() => {
    sent.push(Date.now() - 1_000_000);
    return Promise.resolve();
  });
  const advance = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 10) {
      mock.timers.tick(10);
      await Promise.resolve().then(() => undefined);
    }
  };
  try {
    await work({ sent, pacer, advance });
  } finally {
    pacer.dispose();
    mock.timers.reset();
  }
}

describe('pacing snapshots', () => {
  it("sends at most four a second after a user's action and two for other changes", () =>
    withClock(async ({ sent, pacer, advance }) => {
      pacer.setVisible(true);
      for (let tick = 0; tick < 200; tick++) {
        pacer.request('asked');
        await advance(10);
      }
      assert.ok(sent.length <= 9 && sent.length >= 7, String(sent.length));
      const before = sent.length;
      for (let tick = 0; tick < 200; tick++) {
        pacer.request('news');
        await advance(10);
      }
      assert.ok(sent.length - before <= 5, String(sent.length - before));
    }));

  it('sends nothing while nobody sees it, and one snapshot afterwards', () =>
    withClock(async ({ sent, pacer, advance }) => {
      pacer.request('asked');
      await advance(1000);
      assert.deepEqual(sent, []);
      pacer.setVisible(true);
      await advance(1000);
      assert.equal(sent.length, 1);
      pacer.setVisible(false);
      pacer.request('news');
      await advance(1000);
      assert.equal(sent.length, 1);
    }));

  it("lets a user's action overtake other changes", () =>
    withClock(async ({ sent, pacer, advance }) => {
      pacer.setVisible(true);
      pacer.request('news');
      await advance(100);
      pacer.request('news');
      pacer.request('asked');
      await advance(200);
      assert.equal(sent.length, 2);
    }));
});
