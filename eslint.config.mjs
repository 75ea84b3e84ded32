import tseslint from 'typescript-eslint';

/**
 * The import rule of docs/architecture.md: for every room the rooms it may import from. A room may always import its own
 * files, and `common`.
 */
const above = ['checkpoint', 'fingerprint', 'graph', 'architectures', 'engine'];
const mayImport = {
  common: [],
  checkpoint: [],
  graph: [],
  architectures: ['graph', 'checkpoint'],
  engine: ['graph', 'architectures', 'checkpoint'],
  fingerprint: ['checkpoint', 'engine'],
  embed: above,
  verify: above,
  drift: above,
  operations: [...above, 'embed', 'verify', 'drift'],
  jobs: ['operations'],
};
const rooms = Object.keys(mayImport);

const roomRule = (room) => ({
  files: [`src/${room}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          ...rooms
            .filter((other) => other !== room && other !== 'common' && !mayImport[room].includes(other))
            .map((other) => ({
              group: [`**/${other}/*`],
              message: `${room}/ may not import ${other}/ (docs/architecture.md).`,
            })),
          ...(room === 'engine'
            ? []
            : [{ group: ['onnxruntime-node'], message: 'Only engine/runtime.ts imports onnxruntime-node.' }]),
          { group: ['vscode'], message: 'Only src/vscode and src/extension.ts import vscode.' },
        ],
      },
    ],
  },
});

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'demo/', 'node_modules/', 'test/fixtures/'] },
  {
    files: ['src/**/*.ts', 'test/**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
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
  ...rooms.map(roomRule),
);
