import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FoundCheckpoint } from '../../../src/vscode/index/found';
import { holdsFor, listUnplaced, type Claim } from '../../../src/vscode/index/reportHolds';

const minuteMs = 60_000;
const now = Date.parse('2026-11-27T12:00:00Z');
const at = (minutes: number): string => new Date(now + minutes * minuteMs).toISOString();
const checkpoint = { path: '/models/a', changedAtMs: now - 60 * minuteMs };
const claimedAt = now - 60 * minuteMs;
const claim = { isOwn: true, path: '/models/a', digest: 'd1', date: at(-30) };

describe('a verdict beside a checkpoint', () => {
  it('is shown while the weights are those that were judged', () => {
    assert.equal(holdsFor(checkpoint, claim, undefined, now), true);
    assert.equal(holdsFor({ ...checkpoint, changedAtMs: now }, claim, undefined, now), false);
    assert.equal(holdsFor(checkpoint, { ...claim, path: '/models/b' }, undefined, now), false);
  });

  it('is never that of a report that came from elsewhere', () => {
    assert.equal(holdsFor(checkpoint, { ...claim, isOwn: false }, undefined, now), false);
  });

  it('does not hold for ever because its date is in the future', () => {
    for (const minutes of [2, 60 * 24 * 365 * 50])
      assert.equal(holdsFor(checkpoint, { ...claim, date: at(minutes) }, undefined, now), false);
  });

  it('belongs to the content that was judged, wherever that is by now', () => {
    assert.equal(holdsFor(checkpoint, claim, 'd2', now), false);
    assert.equal(holdsFor(checkpoint, claim, 'd1', now), true);
    const copied = { path: '/elsewhere/b', changedAtMs: now };
    assert.equal(holdsFor(copied, claim, 'd1', now), true);
    assert.equal(holdsFor(copied, claim, undefined, now), false);
    assert.equal(holdsFor(copied, { ...claim, isOwn: false }, 'd1', now), false);
  });
});

describe('a checkpoint that may have been copied from where a report was written', () => {
  const found = (path: string, changedAtMs = now): FoundCheckpoint => ({
    path,
    name: path,
    weightFiles: [],
    changedAtMs,
  });
  const list = (
    checkpoints: FoundCheckpoint[],
    claims: Claim[] = [claim],
    digestOf: (path: string) => string | undefined = () => undefined,
  ): string[] => listUnplaced(checkpoints, claims, digestOf, now).map(({ path }) => path);

  it('is worth reading as a whole: one of the same name, of which nothing is known', () => {
    assert.deepEqual(list([found('/copy/a'), found('/copy/b')]), ['/copy/a']);
    assert.deepEqual(list([found('/copy/a')], [{ ...claim, path: 'C:\\models\\a' }]), ['/copy/a']);
  });

  it('is worth it too at the place that a copied report names, although the original is there as well', () => {
    const copied = { ...claim, path: '/copy/a' };
    const both = [found('/models/a', claimedAt), found('/copy/a')];
    const known = (path: string): string | undefined => (path === '/models/a' ? 'd1' : undefined);
    assert.deepEqual(list(both, [claim, copied], known), ['/copy/a']);
    assert.deepEqual(list([found('/copy/a', claimedAt)], [copied]), []);
  });

  it('is not read where the report holds for its own folder, is a stranger’s, or the digest is known', () => {
    assert.deepEqual(list([found('/models/a', claimedAt), found('/copy/a')]), []);
    assert.deepEqual(list([found('/copy/a')], [{ ...claim, isOwn: false }]), []);
    assert.deepEqual(
      list([found('/copy/a')], [claim], () => 'd2'),
      [],
    );
  });
});
