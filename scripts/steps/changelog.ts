const unreleased = /^## \[Unreleased\]\n/m;

/**
 * A changelog in the format of Keep a Changelog 1.1.0, with its *Unreleased* section as that of `version`, and an empty one above it.
 * @param date the day of the release, as YYYY-MM-DD
 * @throws {Error} where the version has a section already, or nothing is written under *Unreleased*
 */
export function releaseChangelog(text: string, version: string, date: string): string {
  if (text.includes(`\n## [${version}]`))
    throw new Error(`CHANGELOG.md has a section for ${version} already: choose a new version.`);
  const start = unreleased.exec(text);
  if (!start) throw new Error('CHANGELOG.md has no section "## [Unreleased]": add one.');
  const before = text.slice(0, start.index);
  const after = text.slice(start.index + start[0].length);
  if (/^\s*(## |$)/.test(after))
    throw new Error('Nothing is written under "Unreleased" in CHANGELOG.md: say what is new.');
  return `${before}## [Unreleased]\n\n## [${version}] - ${date}\n${after}`;
}
