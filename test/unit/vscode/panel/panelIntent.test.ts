import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changeModelIntent, intentOfModel, parseIntent } from '../../../../src/vscode/panel/panelIntent';

describe("a user's choices in the panel", () => {
  it('start empty and drop anything unreadable', () => {
    for (const kept of [undefined, null, 7, { version: 2 }, { version: 1, step: 'nowhere' }]) {
      const intent = parseIntent(kept);
      assert.deepEqual([intent.step, intent.model], ['model', null]);
      assert.equal(intentOfModel(intent).plan.count, 64);
    }
  });

  it('are kept per model, through a reload', () => {
    const first = changeModelIntent({ ...parseIntent(undefined), model: '/a' }, { changes: { steps: '80' } });
    const second = changeModelIntent({ ...first, model: '/b' }, { keySet: '/keys' });
    const again = parseIntent(JSON.parse(JSON.stringify(second)));
    assert.equal(intentOfModel(again).keySet, '/keys');
    assert.deepEqual(intentOfModel({ ...again, model: '/a' }).changes, { steps: '80' });
    assert.deepEqual(intentOfModel({ ...again, model: '/a' }).keySet, null);
  });

  it('are dropped for the models that were left alone longest', () => {
    let intent = parseIntent(undefined);
    for (let number = 0; number < 60; number++)
      intent = changeModelIntent({ ...intent, model: `/m${number}` }, { isPublished: true });
    assert.equal(Object.keys(intent.models).length, 50);
    assert.equal(intent.models['/m0'], undefined);
    assert.ok(intent.models['/m59']);
  });

  it('do not change without a model', () => {
    const intent = parseIntent(undefined);
    assert.equal(changeModelIntent(intent, { isPublished: true }), intent);
  });
});
