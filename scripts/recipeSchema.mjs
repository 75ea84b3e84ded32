// Writes the JSON schema by which the editor checks recipe files; with --check it only says whether the file is current.
// Values come from the recipe's own schema, words from the panel's form.
import { build } from 'esbuild';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { format } from 'prettier';

const root = join(import.meta.dirname, '..');
const path = join(root, 'media', 'schemas', 'recipe.schema.json');

// What the form draws by itself.
const others = {
  version: { description: 'Version of this format.' },
  layers: { title: 'Layers', description: 'First and last trained layer, counted from 0.' },
  seed: { title: 'Seed', description: '64 hexadecimal digits; without it the seed comes from the key set.' },
};

const text = await format(JSON.stringify(makeSchema(await loadSources())), {
  parser: 'json',
  printWidth: 110,
});
if (process.argv.includes('--check')) {
  if ((await readFile(path, 'utf8')) !== text) {
    process.stderr.write(
      'media/schemas/recipe.schema.json is not current: run "node scripts/recipeSchema.mjs".\n',
    );
    process.exitCode = 1;
  }
} else await writeFile(path, text);

async function loadSources() {
  const contents = `
    import { z } from 'zod';
    import { recipeChangesSchema } from './src/contract/recipe';
    import { recipeGroups } from './webview/steps/recipe/fields';
    export const schema = z.toJSONSchema(recipeChangesSchema, { io: 'input', target: 'draft-7' });
    export const fields = recipeGroups.flatMap((group) => group.fields);`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
    logLevel: 'error',
  });
  const module = { exports: {} };
  new Function('module', 'exports', 'require', outputFiles[0].text)(
    module,
    module.exports,
    createRequire(import.meta.url),
  );
  return module.exports;
}

function makeSchema({ schema, fields }) {
  const properties = Object.fromEntries(
    Object.entries(schema.properties).map(([name, value]) => [name, { ...describe(name, fields), ...value }]),
  );
  return {
    ...schema,
    title: 'Recipe of Fingerprint Model',
    description: 'How a key set is put into a model. What is left out has the default for the model.',
    properties,
  };
}

function describe(name, fields) {
  const field = fields.find((each) => each.name === name);
  if (!field) return others[name] ?? {};
  if (field.kind === 'number') return { title: nameOf(field), description: field.why };
  return {
    title: field.label,
    description: field.options.map(({ value, words, why }) => `${value}: ${words}. ${why}`).join('\n'),
    enumDescriptions: field.options.map(({ words, why }) => `${words}. ${why}`),
  };
}

function nameOf({ label, unit }) {
  return unit === undefined ? label : `${label}, ${unit}`;
}
