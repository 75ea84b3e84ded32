// npm run check: type-checks and lints, looking again only at what changed. The lint of npm run lint, which .ci/run calls,
// keeps no record: a rule that reads types can miss in a recorded file what a change elsewhere broke.
import { ensureInstalled } from './ensureInstalled.mjs';
import { checkTypes, requireNode } from './steps.mjs';

const cache = 'node_modules/.cache';

ensureInstalled();
checkTypes();
requireNode([
  ...['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0'],
  ...['--cache', '--cache-location', `${cache}/eslint/`, '--cache-strategy', 'content'],
]);
requireNode([
  ...['node_modules/prettier/bin/prettier.cjs', '--check', '.', '--log-level', 'warn'],
  ...['--cache', '--cache-location', `${cache}/prettier`, '--cache-strategy', 'content'],
]);
