import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PublishTicks } from '../../../../../src/vscode/panel/report/publishTicks';

describe('the ticks before publishing', () => {
  function makeTicks(kept?: unknown) {
    let value = kept;
    const memory = {
      get: () => value as never,
      update: (_key: string, next: unknown) => Promise.resolve(void (value = next)),
    };
    return { ticks: new PublishTicks(memory), read: () => value };
  }

  it('stay by subject and task, and can be taken back', async () => {
    const { ticks, read } = makeTicks();
    await ticks.set('c1', 'publish', true);
    await ticks.set('c1', 'copy', true);
    await ticks.set('c2', 'publish', true);
    await ticks.set('c1', 'publish', true);
    const again = makeTicks(JSON.parse(JSON.stringify(read()))).ticks;
    assert.ok(again.isDone('c1', 'publish') && again.isDone('c1', 'copy') && again.isDone('c2', 'publish'));
    assert.equal(again.isDone('c2', 'copy'), false);
    await again.set('c2', 'publish', false);
    assert.equal(again.isDone('c2', 'publish'), false);
  });

  it('count as none where the memory cannot be read', () => {
    assert.equal(makeTicks({ c1: 'publish' }).ticks.isDone('c1', 'publish'), false);
  });

  it('forget the subject that changed longest ago, beyond 200', async () => {
    const { ticks, read } = makeTicks();
    for (let subject = 0; subject <= 200; subject++) await ticks.set(`c${subject}`, 'publish', true);
    assert.equal(Object.keys(read() as object).length, 200);
    assert.equal(ticks.isDone('c0', 'publish'), false);
    assert.ok(ticks.isDone('c200', 'publish'));
  });
});
