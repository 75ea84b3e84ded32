import { readdirSync } from 'node:fs';
import tseslint from 'typescript-eslint';

/**
 * The import rule of docs/architecture.md: for every room the rooms it may import from. A room may always import its own
 * files, `common` and `contract`. The file src/cli.ts belongs to `cli`, src/extension.ts and src/ids.ts to `vscode`.
 */
const floor = ['common', 'contract'];
const above = ['checkpoint', 'fingerprint', 'graph', 'architectures', 'engine'];
const mayImport = {
  common: [],
  contract: [],
  checkpoint: [],
  graph: [],
  architectures: ['graph', 'checkpoint'],
  engine: ['graph', 'architectures', 'checkpoint'],
  fingerprint: ['checkpoint', 'engine'],
  embed: above,
  verify: above,
  drift: above,
  reports: ['embed', 'verify', 'drift'],
  operations: [...above, 'embed', 'verify', 'drift', 'reports'],
  jobs: ['operations'],
  protocol: ['embed', 'verify', 'drift', 'reports'],
  cli: ['operations', 'jobs'],
  vscode: [
    'checkpoint',
    'fingerprint',
    'architectures',
    'embed',
    'verify',
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

/** What every file of ours must leave alone, unless it is the one file that wraps it. */
const runtime = { regex: '^onnxruntime-', message: 'Only engine/runtime.ts imports onnxruntime-node.' };
const editor = { regex: '^vscode$', message: 'Only src/vscode and src/extension.ts import vscode.' };
/** The panel shows runs and trees lead to it, so they are below it. */
const panel = {
  regex: '^(\\.\\./)+(vscode/)?panel(/|$)',
  message: 'src/vscode/runs and src/vscode/tree import nothing of the panel.',
};

function ruleOfRoom(room, files, others) {
  const forbidden = rooms.filter(
    (other) =>
      other !== room && !(room !== 'common' && floor.includes(other)) && !mayImport[room].includes(other),
  );
  const message = `${room}/ may not import this room (docs/architecture.md).`;
  const patterns = forbidden.length === 0 ? [] : [{ regex: toPathOf(forbidden), message }];
  return {
    files,
    rules: {
      'no-restricted-imports': ['error', { patterns: [...patterns, ...others] }],
      // The rule above does not see import('…'), neither as a value nor as a type.
      'no-restricted-syntax': [
        'error',
        ...[...patterns, ...others].flatMap(({ regex, message }) => [
          { selector: `ImportExpression[source.value=/${regex.replaceAll('/', '\\/')}/]`, message },
          { selector: `TSImportType[source.value=/${regex.replaceAll('/', '\\/')}/]`, message },
        ]),
      ],
    },
  };
}

/** A relative path out of the own room, or from src/cli.ts, into one of these. */
function toPathOf(forbidden) {
  return `^\\.\\.?/(\\.\\./)*(${forbidden.join('|')})(/|$)`;
}

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'demo/', 'node_modules/', 'test/fixtures/', '.vscode-host/'] },
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'webview/**/*.ts', 'scripts/**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
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
              regex: '/src/(?!contract/|protocol/|reports/|verify/|drift/)',
              message: 'webview/ may import contract, protocol, reports, verify and drift only.',
            },
            editor,
            runtime,
          ],
        },
      ],
    },
  },
  ruleOfRoom('vscode', ['src/vscode/**/*.ts', 'src/extension.ts', 'src/ids.ts'], [runtime]),
  ruleOfRoom('vscode', ['src/vscode/{runs,tree}/**/*.ts'], [runtime, panel]),
);
