import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JournalLine } from '../../../../src/jobs/runFolder/journal';
import type { FoundCheckpoint, FoundKeySet } from '../../../../src/vscode/index/found';
import type { KnownRun } from '../../../../src/vscode/runs/knownRun';
import { locateEmbedding, type KnownContent } from '../../../../src/vscode/runs/locateRun';
import { nameReleaseOf, nameRun } from '../../../../src/vscode/runs/runNames';
import { locateReport } from '../../../../src/vscode/runs/runReport';
import { makeKnownRun } from '../../../../src/vscode/runs/readKnownRun';

const time = '2026-11-22T10:00:00.000Z';
const made = 'e'.repeat(64);
const [base, commitment] = ['b'.repeat(64), 'c'.repeat(64)];

/** A finished embedding of /w/models/aurora, whose run folder is here now. */
function runAt(folder: string, identity?: KnownRun['identity']): KnownRun {
  const request = {
    model: '/w/models/aurora',
    keys: '/w/keys/k.fpkeys',
    out: '/w/models/aurora-r1',
    resume: false,
  };
  const figures = { recall: 1, wrappedRecall: 1, drift: { lossRise: 0, kl: 0 }, steps: 1, seconds: 1 };
  const result = { ...figures, out: request.out, digest: made, device: 'cpu', notCarried: [], warnings: [] };
  const journal: JournalLine[] = [
    { time, type: 'started', operation: 'embed', pid: 1 },
    { time, type: 'result', result },
    { time, type: 'ended', status: 'done' },
  ];
  const job = { version: 1, operation: 'embed', request, createdAt: time } as const;
  return { ...makeKnownRun(folder, job, journal, false), ...(identity && { identity }) };
}

/** A workspace with these checkpoints (and what is known of their digests) and key files. */
function know(
  checkpoints: Readonly<Record<string, string | undefined>>,
  keySets: readonly FoundKeySet[] = [],
): KnownContent {
  const found = (path: string): FoundCheckpoint => ({ path, name: path, weightFiles: [], changedAtMs: 0 });
  return {
    checkpoints: Object.keys(checkpoints).map(found),
    keySets,
    digestOf: (path) => checkpoints[path],
  };
}

const keySet = (path: string, releases: string[] = [], of = commitment): FoundKeySet => ({
  path,
  name: path,
  header: {
    model: 'aurora',
    baseDigest: base,
    commitment: of,
    strategy: 'inverse-nucleus',
    keyCount: 8,
    spentCount: 0,
    createdAt: time,
    releases,
  },
});

const placesOf = (run: KnownRun, content: KnownContent): string[] => {
  const { model, keys, out } = locateEmbedding(run, content)!;
  return [model, keys, out];
};

describe('an embedding in the workspace', () => {
  it('is where its job file says while its folder is', () => {
    const content = know({ '/w/models/aurora': undefined, '/w/models/aurora-r1': undefined });
    assert.deepEqual(placesOf(runAt('/w/models/aurora-r1.run'), content), [
      '/w/models/aurora',
      '/w/keys/k.fpkeys',
      '/w/models/aurora-r1',
    ]);
  });

  it('has moved with its folder, also in a run of version 0.1.0', () => {
    const content = know({ '/v/models/aurora': undefined, '/v/models/aurora-r1': undefined }, [
      keySet('/v/keys/k.fpkeys'),
    ]);
    assert.deepEqual(placesOf(runAt('/v/models/aurora-r1.run'), content), [
      '/v/models/aurora',
      '/v/keys/k.fpkeys',
      '/v/models/aurora-r1',
    ]);
  });

  it('belongs to the copy that its folder was copied with', () => {
    const checkpoints = { '/w/models/aurora': base, '/v/models/aurora': base };
    const marked = { '/w/models/aurora-r1': made, '/v/models/aurora-r1': made };
    const content = know({ ...checkpoints, ...marked });
    for (const root of ['/w', '/v']) {
      const [model, , out] = placesOf(runAt(`${root}/models/aurora-r1.run`), content);
      assert.deepEqual([model, out], [`${root}/models/aurora`, `${root}/models/aurora-r1`]);
    }
  });

  it('is found by digest and commitment where its files have other names, and keeps its own', () => {
    const content = know({ '/w/base': base, '/w/published': made, '/w/models/other': 'f'.repeat(64) }, [
      keySet('/w/keys/other.fpkeys', [], 'd'.repeat(64)),
      keySet('/w/keys/secret.fpkeys'),
    ]);
    const run = runAt('/w/models/aurora-r1.run', { base, commitment });
    assert.deepEqual(placesOf(run, content), ['/w/base', '/w/keys/secret.fpkeys', '/w/published']);
    const before = runAt('/w/models/aurora-r1.run');
    assert.deepEqual(
      placesOf(before, { ...content, keySets: [keySet('/w/keys/secret.fpkeys', [made])] }),
      ['/w/base', '/w/keys/secret.fpkeys', '/w/published'],
      'by the record of the release in the key file, and the base that it names',
    );
  });

  it('does not take another model for its base because it has the place', () => {
    const content = know({ '/w/models/aurora': 'f'.repeat(64), '/w/old/aurora': base });
    const run = runAt('/w/models/aurora-r1.run', { base, commitment });
    assert.equal(locateEmbedding(run, content)!.model, '/w/old/aurora');
  });
});

describe('the name of a release', () => {
  it('stays when its base or the copy is renamed', () => {
    const content = know({ '/w/base': base, '/w/models/aurora-r1': made });
    const run = runAt('/w/models/aurora-r1.run', { base, commitment });
    assert.equal(nameReleaseOf(locateEmbedding(run, content)!), 'r1');
    assert.equal(nameRun(run), 'Mark aurora → r1');
    assert.equal(nameRun(runAt('/v/elsewhere/aurora-r1.run')), 'Mark aurora → r1');
    assert.equal(nameRun(runAt('/w/models/aurora-best.run')), 'Mark aurora → best');
  });
});

describe('the report of a run', () => {
  it('is found again by the name of its folder, which holds the time', () => {
    const recorded = '/nowhere/reports/aurora-r1-verify-2026-11-22-100000/verify.fpreport.json';
    const moved = recorded.replace('/nowhere', '/elsewhere');
    const other = moved.replace('100000', '110000');
    assert.equal(locateReport(recorded, [{ path: other }, { path: moved }]), moved);
    assert.equal(locateReport(recorded, [{ path: other }]), recorded);
  });
});
