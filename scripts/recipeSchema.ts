// Writes the JSON schema by which the editor checks recipe files; with --check it only says whether the file is current.
// Values come from the recipe's own schema, words from the panel's form.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'prettier';
import { z } from 'zod';
import { recipeChangesSchema } from '../src/contract/recipe';
import { recipeGroups, type NumberField, type WordField } from '../webview/steps/recipe/fields';
import { root } from './common.mjs';

const path = join(root, 'media', 'schemas', 'recipe.schema.json');

/** What the form draws by itself. */
const others: Readonly<Record<string, object>> = {
  version: { description: 'Version of this format.' },
  layers: { title: 'Layers', description: 'First and last trained layer, counted from 0.' },
  seed: { title: 'Seed', description: '64 hexadecimal digits; without it the seed comes from the key set.' },
};

export async function main(words: readonly string[]): Promise<void> {
  const text = await format(JSON.stringify(makeSchema()), { parser: 'json', printWidth: 110 });
  if (!words.includes('--check')) await writeFile(path, text);
  else if ((await readFile(path, 'utf8')) !== text) {
    process.stderr.write(
      'media/schemas/recipe.schema.json is not current: run "node scripts/run.mjs scripts/recipeSchema.ts".\n',
    );
    process.exitCode = 1;
  }
}

function makeSchema(): object {
  const schema = z.toJSONSchema(recipeChangesSchema, { io: 'input', target: 'draft-7' });
  const properties = Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, value]) => [
      name,
      { ...describe(name), ...(value as object) },
    ]),
  );
  return {
    ...schema,
    title: 'Recipe of Fingerprint Model',
    description: 'How a key set is put into a model. What is left out has the default for the model.',
    properties,
  };
}

function describe(name: string): object {
  const field = recipeGroups
    .flatMap(({ fields }) => fields)
    .find((each): each is NumberField | WordField => 'name' in each && each.name === name);
  if (!field) return others[name] ?? {};
  if (field.kind === 'number') return { title: nameOf(field), description: field.why };
  return {
    title: field.label,
    description: field.options.map(({ value, words, why }) => `${value}: ${words}. ${why}`).join('\n'),
    enumDescriptions: field.options.map(({ words, why }) => `${words}. ${why}`),
  };
}

function nameOf({ label, unit }: NumberField): string {
  return unit === undefined ? label : `${label}, ${unit}`;
}
