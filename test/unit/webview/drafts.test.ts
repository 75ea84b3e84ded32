import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { Drafts } from '../../../webview/drafts';

function makeDrafts(refused: readonly string[] = []): { drafts: Drafts; sent: string[][]; take: () => void } {
  const sent: string[][] = [];
  let taken: (() => void)[] = [];
  const drafts = new Drafts({
    onChange: () => undefined,
    send: (fields) => {
      sent.push([...fields]);
      return new Promise((resolve) =>
        taken.push(() => resolve(fields.filter((field) => !refused.includes(field)))),
      );
    },
  });
  const take = (): void => {
    for (const resolve of taken) resolve();
    taken = [];
  };
  return { drafts, sent, take };
}

/** Lets what was resolved go on. */
async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
}

describe('drafts', () => {
  it('are sent together once the typing rests', () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const { drafts, sent } = makeDrafts();
    drafts.type('steps', '9');
    mock.timers.tick(100);
    drafts.type('steps', '90');
    drafts.type('margin', '5');
    mock.timers.tick(149);
    assert.deepEqual(sent, []);
    mock.timers.tick(1);
    assert.deepEqual(sent, [['steps', 'margin']]);
    mock.timers.reset();
  });

  it('stand until the host has taken them and the field is left', async () => {
    const { drafts, take } = makeDrafts();
    drafts.choose('steps', '90');
    drafts.settle(undefined);
    assert.equal(drafts.get('steps'), '90', 'not yet taken');
    take();
    await settled();
    drafts.settle('steps');
    assert.equal(drafts.get('steps'), '90', 'still in the field');
    drafts.settle(undefined);
    assert.equal(drafts.get('steps'), undefined);
  });

  it('that the host did not take stand as they were typed', async () => {
    const { drafts, take } = makeDrafts(['count']);
    drafts.type('length', '2');
    drafts.choose('count', '6x');
    take();
    await settled();
    drafts.settle(undefined);
    assert.deepEqual([drafts.get('length'), drafts.get('count')], [undefined, '6x']);
  });

  it('that changed since they were sent are not taken', async () => {
    const { drafts, take } = makeDrafts();
    drafts.choose('steps', '9');
    drafts.type('steps', '90');
    take();
    await settled();
    drafts.settle(undefined);
    assert.equal(drafts.get('steps'), '90');
    assert.equal(drafts.isPending, true);
    drafts.clear();
  });
});
