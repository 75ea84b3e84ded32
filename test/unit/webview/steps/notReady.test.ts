import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from '../../../../webview/page';
import { renderRunMessage } from '../../../../webview/steps/run/message';
import { renderReportView } from '../../../../webview/steps/report/view';
import { snapshots } from '../../../pages/snapshots';
import { writeTemplate } from '../templateText';

const pageOf = (name: string): Page => ({ snapshot: snapshots[name]! }) as unknown as Page;
const sentence =
  'Not ready to publish: its drift is 0.61 nats a token, ten times its budget of 0.06, and only 62 of 64 keys answer';

describe('the page of a copy that is not ready to publish', () => {
  it('shows its run without a tick, in words first', () => {
    const messageOf = (name: string): string =>
      writeTemplate(renderRunMessage(pageOf(name), snapshots[name]!.run));
    const head = messageOf('run-not-ready');
    assert.ok(head.includes(sentence));
    assert.ok(head.includes('codicon-warning') && !head.includes('codicon-pass'));
    assert.ok(head.includes('Mark the base again with a learning rate of 0.0001'));
    const good = messageOf('run-done');
    assert.ok(good.includes('codicon-pass') && !good.includes('Not ready'));
  });

  it('shows that sentence in its report before that of the answers, and marks the figures', () => {
    const shown = writeTemplate(renderReportView(pageOf('report-not-ready')));
    const [word, answers] = [
      shown.indexOf(sentence),
      shown.indexOf('62 of 64 keys answer in the saved checkpoint'),
    ];
    assert.ok(word >= 0 && word < answers);
    assert.ok(!shown.includes('codicon-verified-filled'));
    assert.equal(shown.match(/Out of its limit: /g)?.length, 2);
    assert.match(shown, /Before you publish[^]*codicon-error[^]*Over its drift budget[^]*Measure drift/);
    assert.match(shown, /What the probe found[^]*Chosen learning rate/);
    const good = writeTemplate(renderReportView(pageOf('report')));
    assert.ok(good.includes('codicon-verified-filled') && !/Not ready|What the probe/.test(good));
  });
});
