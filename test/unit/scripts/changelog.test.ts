import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { releaseChangelog } from '../../../scripts/steps/changelog';

const head = '# Changelog\n\nAll notable changes.\n\n';
const older = '## [0.1.0] - 2026-11-25\n\n### Added\n\n- The first.\n';

describe('the changelog of a release', () => {
  it('a release gives the unreleased section its version and date, and begins an empty one', () => {
    const text = `${head}## [Unreleased]\n\n### Fixed\n\n- A fault.\n\n${older}`;
    const released = releaseChangelog(text, '0.2.0', '2026-12-01');
    assert.equal(
      released,
      `${head}## [Unreleased]\n\n## [0.2.0] - 2026-12-01\n\n### Fixed\n\n- A fault.\n\n${older}`,
    );
  });

  it('a release with nothing new to say is refused', () => {
    for (const text of [`${head}## [Unreleased]\n\n${older}`, `${head}## [Unreleased]\n`])
      assert.throws(() => releaseChangelog(text, '0.2.0', '2026-12-01'), /say what is new/);
  });

  it('a version that has a section already is refused', () => {
    const text = `${head}## [Unreleased]\n\n- New.\n\n${older}`;
    assert.throws(() => releaseChangelog(text, '0.1.0', '2026-12-01'), /choose a new version/);
  });

  it('a changelog without an unreleased section is refused', () => {
    assert.throws(() => releaseChangelog(head + older, '0.2.0', '2026-12-01'), /add one/);
  });
});
