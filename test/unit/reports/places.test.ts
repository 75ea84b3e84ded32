import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { makeDriftReport } from '../../../src/reports/makeDriftReport';
import { makeVerifyReport } from '../../../src/reports/makeVerifyReport';
import { showPlace } from '../../../src/reports/page/reportView';
import { placeFrom, withoutPlaces } from '../../../src/reports/places';
import { nameReport } from '../../../src/reports/reportFiles';
import { driftCircumstances, sampleDrift, sampleJudgement, verifyCircumstances } from './samples';

const home = resolve('/home/zoe');
const workspace = join(home, 'models');

describe('a place in a report', () => {
  it('is relative to the report where both are in one folder of the user', () => {
    assert.equal(
      placeFrom(join(workspace, 'reports', 'r1'), join(workspace, 'chat-r1'), home),
      '../../chat-r1',
    );
    assert.equal(placeFrom(home, join(home, 'chat-r1'), home), 'chat-r1');
    assert.equal(placeFrom(resolve('/data/reports'), resolve('/data/chat-r1'), home), '../chat-r1');
  });

  it('is only a name where the way to it would name a home or leads through the root', () => {
    for (const folder of ['/srv/reports', '/home/bob/reports', '/Users/bob/reports'])
      assert.equal(placeFrom(resolve(folder), join(workspace, 'chat-r1'), home), 'chat-r1', folder);
    assert.equal(placeFrom(resolve('/home/bob'), resolve('/home/eve/chat-r1'), resolve('/root')), 'chat-r1');
    assert.equal(placeFrom(workspace, workspace, home), 'models');
  });

  it('hides no folder that it is not about', () => {
    const report = { path: join(workspace, 'chat'), text: `${workspace}/chat, ${workspace}/chat-r1.` };
    assert.equal(withoutPlaces(report, workspace, home).text, 'chat, ~/models/chat-r1.');
  });

  it('shows a whole path of an old report as its name, and another without the way up', () => {
    assert.equal(showPlace('/home/zoe/models/chat-r1'), 'chat-r1');
    assert.equal(showPlace('C:\\Users\\zoe\\chat-r1'), 'chat-r1');
    assert.equal(showPlace('../../models/chat-r1'), 'models/chat-r1');
  });
});

describe('a stored report', () => {
  it('names nobody’s home, neither in paths nor in sentences', () => {
    const suspect = { path: join(workspace, 'chat-r1'), digest: 'sha256:1' };
    const base = { path: join(home, 'Downloads', 'chat'), digest: 'sha256:2' };
    const oddities = [`${suspect.path} also contains an adapter; see ${join(home, 'notes.txt')}.`];
    const verify = makeVerifyReport(sampleJudgement(12, 10, 3), {
      ...verifyCircumstances,
      suspect,
      base,
      oddities,
    });
    const drift = makeDriftReport(
      sampleDrift,
      { ...driftCircumstances, base, marked: suspect, oddities },
      () => 'a',
    );
    for (const report of [verify, drift]) {
      const stored = withoutPlaces(report, join(workspace, 'reports', 'a'), home);
      assert.ok(!JSON.stringify(stored).includes('zoe'), JSON.stringify(stored));
      assert.equal(stored.base?.path, '../../../Downloads/chat');
      assert.ok(JSON.stringify(stored).includes('chat-r1 also contains an adapter; see ~'));
    }
  });
});

describe('the name of a report’s files', () => {
  it('begins with that of the model', () => {
    assert.equal(nameReport('/models/chat-5M-r1', 'verify'), 'chat-5M-r1.verify.fpreport');
    assert.equal(nameReport('/models/chat 5M', 'drift'), 'chat 5M.drift.fpreport');
  });

  it('is one that every file system takes', () => {
    assert.equal(nameReport('/models/a\nb:c?', 'verify'), 'a_b_c_.verify.fpreport');
    assert.equal(nameReport('/models/...', 'verify'), 'model.verify.fpreport');
    const long = nameReport(`/models/${'é'.repeat(200)}`, 'verify');
    assert.ok(Buffer.byteLength(`${long}.html`) <= 255);
    assert.match(long, /^é+\.verify\.fpreport$/);
  });
});
