// Writes the JSON schema by which the editor checks recipe files; with --check it only says whether the file is current.
// Values come from the recipe's own schema, words from what stands beside it.
import { build } from 'esbuild';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { format } from 'prettier';

const root = join(import.meta.dirname, '..');
const path = join(root, 'media', 'schemas', 'recipe.schema.json');

/** Of the only property that is no value of a recipe. */
const version = { description: 'Version of this format.' };

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
    export { recipeValues } from './src/contract/recipe';
    export const schema = z.toJSONSchema(recipeChangesSchema, { io: 'input', target: 'draft-7' });`;
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

function makeSchema({ schema, recipeValues }) {
  const properties = Object.fromEntries(
    Object.entries(schema.properties).map(([name, value]) => [
      name,
      { ...(name in recipeValues ? describe(recipeValues[name]) : version), ...value },
    ]),
  );
  return {
    ...schema,
    title: 'Recipe of Fingerprint Model',
    description: 'How a key set is put into a model. What is left out has the default for the model.',
    properties,
  };
}

function describe({ kind, title, unit, why, options }) {
  if (kind !== 'choice') return { title: unit === undefined ? title : `${title}, ${unit}`, description: why };
  return {
    title,
    description: options.map(({ value, words, why }) => `${value}: ${words}. ${why}`).join('\n'),
    enumDescriptions: options.map(({ words, why }) => `${words}. ${why}`),
  };
}
