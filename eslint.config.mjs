import { readdirSync } from 'node:fs';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * The import rule of docs/architecture.md: for every room the rooms it may import from. A room may always import its own
 * files and those of the ground: `common`, then `contract`, then `words`. The file src/cli.ts belongs to `cli`, src/extension.ts and src/ids.ts to `vscode`.
 */
const floor = ['common', 'contract', 'words'];
const above = ['checkpoint', 'fingerprint', 'graph', 'architectures', 'engine'];
/** @type {Record<string, string[]>} */
const mayImport = {
  common: [],
  contract: [],
  words: [],
  beacon: [],
  checkpoint: [],
  graph: [],
  architectures: ['graph', 'checkpoint'],
  engine: ['graph', 'architectures', 'checkpoint'],
  fingerprint: ['beacon', 'checkpoint', 'engine'],
  train: ['checkpoint', 'graph', 'architectures', 'engine'],
  embed: [...above, 'train'],
  verify: [],
  suspects: ['checkpoint', 'fingerprint', 'engine', 'verify'],
  rehearse: [...above, 'train'],
  drift: [...above, 'verify'],
  reports: ['embed', 'verify', 'rehearse', 'drift'],
  operations: [...above, 'beacon', 'train', 'embed', 'verify', 'suspects', 'rehearse', 'drift', 'reports'],
  jobs: ['operations'],
  protocol: ['embed', 'verify', 'rehearse', 'drift', 'reports'],
  cli: ['operations', 'jobs'],
  vscode: [
    'beacon',
    'checkpoint',
    'fingerprint',
    'architectures',
    'embed',
    'verify',
    'rehearse',
    'drift',
    'reports',
    'operations',
    'jobs',
    'protocol',
  ],
};
const rooms = Object.keys(mayImport);

for (const { name } of readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory()))
  if (!rooms.includes(name)) throw new Error(`The import rule says nothing about src/${name}/.`);

/** @typedef {{ regex: string, message: string }} ForbiddenImport */

/** What every file of ours must leave alone, unless it is the one file that wraps it. */
const runtime = { regex: '^onnxruntime-', message: 'Only engine/runtime.ts imports onnxruntime-node.' };
const editor = { regex: '^vscode$', message: 'Only src/vscode and src/extension.ts import vscode.' };
/**
 * The user is asked before anything leaves the machine, so there is one place where it can.
 * @type {import('eslint').Linter.RulesRecord}
 */
const network = {
  'no-restricted-globals': [
    'error',
    ...['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource'].map((name) => ({
      name,
      message: 'Only beacon/fetchRound.ts uses the network.',
    })),
  ],
  'no-restricted-properties': [
    'error',
    { object: 'globalThis', property: 'fetch', message: 'Only beacon/fetchRound.ts uses the network.' },
  ],
};
/** The panel shows runs and trees lead to it, so they are below it. */
const panel = {
  regex: '^(\\.\\./)+(vscode/)?panel(/|$)',
  message: 'src/vscode/runs and src/vscode/tree import nothing of the panel.',
};

/**
 * The rooms that a room may import without being named for it: all of the ground, or what lies under it there.
 * @param {string} room
 */
function standsOn(room) {
  return floor.includes(room) ? floor.slice(0, floor.indexOf(room)) : floor;
}

/**
 * The import rule for these files of a room, with what else they must leave alone.
 * @param {string} room
 * @param {string[]} files
 * @param {ForbiddenImport[]} others
 */
function ruleOfRoom(room, files, others) {
  const allowed = [room, ...standsOn(room), ...(mayImport[room] ?? [])];
  const forbidden = rooms.filter((other) => !allowed.includes(other));
  const message = `${room}/ may not import this room (docs/architecture.md).`;
  const patterns = forbidden.length === 0 ? [] : [{ regex: toPathOf(forbidden), message }];
  return { files, rules: forbidImports([...patterns, ...others]) };
}

/**
 * @param {ForbiddenImport[]} patterns
 * @returns {import('eslint').Linter.RulesRecord}
 */
function forbidImports(patterns) {
  return {
    'no-restricted-imports': ['error', { patterns }],
    // The rule above does not see import('…'), neither as a value nor as a type.
    'no-restricted-syntax': [
      'error',
      ...patterns.flatMap(({ regex, message }) => [
        { selector: `ImportExpression[source.value=/${regex.replaceAll('/', '\\/')}/]`, message },
        { selector: `TSImportType[source.value=/${regex.replaceAll('/', '\\/')}/]`, message },
      ]),
    ],
  };
}

/**
 * A relative path out of the own room, or from src/cli.ts, into one of these.
 * @param {string[]} forbidden
 */
function toPathOf(forbidden) {
  return `^\\.\\.?/(\\.\\./)*(${forbidden.join('|')})(/|$)`;
}

export default defineConfig(
  { ignores: ['dist/', 'out/', 'demo/', 'node_modules/', 'test/fixtures/', '.vscode-host/'] },
  {
    // Every file there is, this one too: what no tsconfig.json includes is an error.
    files: ['**/*.{ts,mts,cts,js,mjs,cjs}'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // typescript-eslint itself gives these only to files with TypeScript's own endings.
      ...tseslint.configs.eslintRecommended.rules,
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'max-lines-per-function': ['error', { max: 80, skipComments: true, skipBlankLines: true }],
      'no-console': 'error',
    },
  },
  {
    // node:test's describe and it return promises that the runner itself awaits.
    files: ['test/**/*.ts'],
    ignores: ['test/harness/**'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'off',
      'max-lines-per-function': 'off',
    },
  },
  ...rooms.map((room) => ruleOfRoom(room, [`src/${room}/**/*.ts`], [runtime, editor])),
  ruleOfRoom('cli', ['src/cli.ts'], [runtime, editor]),
  ruleOfRoom('engine', ['src/engine/runtime.ts'], [editor]),
  {
    // The page sees what is shown and draws it; nothing of the host or of models.
    files: ['webview/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '/src/(?!contract/|words/|protocol/|reports/|verify/|rehearse/|drift/)',
              message:
                'webview/ may import contract, words, protocol, reports, verify, rehearse and drift only.',
            },
            editor,
            runtime,
          ],
        },
      ],
    },
  },
  ruleOfRoom('vscode', ['src/vscode/**/*.ts', 'src/extension.ts', 'src/ids.ts'], [runtime]),
  {
    // What builds, tests and measures may look into every room.
    files: ['*.mjs', 'scripts/**', 'bench/**', 'test/harness/**'],
    rules: forbidImports([runtime, editor]),
  },
  ruleOfRoom('vscode', ['src/vscode/{runs,tree}/**/*.ts'], [runtime, panel]),
  { files: ['src/**/*.ts', 'webview/**/*.ts'], ignores: ['src/beacon/fetchRound.ts'], rules: network },
);
