import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

const foundation = 'node_modules/@microsoft/fast-foundation/dist/esm';
/** The parts of the toolkit that parts/components.ts registers, and what they are made of. */
const parts = [
  ...['button', 'select', 'listbox', 'listbox-option'],
  ...['radio', 'radio-group', 'text-field', 'patterns'],
];

function listFiles(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));
}

/** Every class that a part of the toolkit may set, on itself or inside. */
function listToolkitClasses(): Set<string> {
  const templates = parts.flatMap((part) => listFiles(join(foundation, part), '.template.js'));
  const texts = [...templates, join(foundation, 'patterns', 'start-end.js')].map((path) =>
    readFileSync(path, 'utf8'),
  );
  const names = texts.flatMap((text) =>
    [...text.matchAll(/class="((?:\$\{[^}]*\}|[^"])*)"/g)].flatMap(([, value = '']) => [
      ...[...value.matchAll(/"([a-z-]+)"/g)].map(([, name]) => name!),
      ...value
        .replace(/\$\{[^}]*\}/g, ' ')
        .split(/\s+/)
        .filter((name) => /^[a-z-]+$/.test(name)),
    ]),
  );
  const inner = texts.flatMap((text) => [...text.matchAll(/part="([a-z-]+)"/g)].map(([, name]) => name!));
  const options = readFileSync(join(foundation, 'select', 'select.options.js'), 'utf8');
  const positions = [...options.matchAll(/\w+: "([a-z]+)"/g)].map(([, name]) => name!);
  return new Set([...names, ...inner, ...positions]);
}

function listOwnClasses(path: string): string[] {
  const sheet = readFileSync(path, 'utf8').replace(/\/\*[^]*?\*\//g, '');
  return [...sheet.matchAll(/\.([a-zA-Z][\w-]*)(?=[^{}]*\{)/g)].map(([, name]) => name!);
}

describe('the sheets of our pages', () => {
  it('use no class name of the toolkit, whose controls would take our rules for theirs', () => {
    const theirs = listToolkitClasses();
    for (const name of ['below', 'above', 'control', 'start', 'end', 'open', 'disabled', 'checked'])
      assert.ok(theirs.has(name), `the names of the toolkit are not found: ${name}`);
    const taken = listFiles('webview', '.css').flatMap((path) =>
      listOwnClasses(path)
        .filter((name) => theirs.has(name))
        .map((name) => `${path}: .${name}`),
    );
    assert.deepEqual(taken, []);
  });
});
