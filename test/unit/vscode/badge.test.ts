import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeVerifyReport } from '../../../src/reports/makeVerifyReport';
import { chooseBadge } from '../../../src/vscode/badge';
import { sampleJudgement, verifyCircumstances } from '../reports/samples';

const report = makeVerifyReport(sampleJudgement(64, 64, 61), verifyCircumstances);
const notReady = { shortfalls: [{ kind: 'drift', measured: 0.61, limit: 0.06 }] } as const;

describe('the badge of a checkpoint', () => {
  it('is that of its verdict', () => {
    const badge = chooseBadge('/w/helios-chat', undefined, report);
    assert.deepEqual([badge?.sign, badge?.colour], ['✓', 'charts.blue']);
    assert.match(badge!.tooltip, /^helios-chat: Match: .* \(22 Nov 2026, 14:02 UTC\)$/);
  });

  it('says first that a copy is not ready to publish, whatever the verdict, and names both', () => {
    const badge = chooseBadge('/w/helios-chat', notReady, report);
    assert.deepEqual([badge?.sign, badge?.colour], ['!', 'list.warningForeground']);
    assert.match(
      badge!.tooltip,
      /^helios-chat: Not ready to publish: its drift is 0\.61 .* of 0\.06\. Match: .* UTC\)$/,
    );
    assert.equal(
      chooseBadge('/w/a', notReady, undefined)?.tooltip,
      'a: Not ready to publish: its drift is 0.61 nats a token, ten times its budget of 0.06',
    );
  });

  it('is absent where there is nothing to say', () => {
    assert.equal(chooseBadge('/w/a', undefined, undefined), undefined);
  });
});
