// Writes the JSON schema by which the editor checks recipe files. With --check it only tells whether the file
// is current. Values and words come from the recipe's own declaration.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'prettier';
import { z } from 'zod';
import { recipeChangesSchema, recipeValues } from '../src/contract/recipe';
import { root } from './common.mjs';

const path = join(root, 'media', 'schemas', 'recipe.schema.json');

/** For the only property that is no recipe value. */
const version = { description: 'Version of this format.' };

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
    description:
      'How a key set is trained into a model. Values that are left out have the default for the model.',
    properties,
  };
}

function describe(name: string): object {
  const value = Object.entries(recipeValues).find(([known]) => known === name)?.[1];
  if (!value) return version;
  if (value.kind !== 'choice') {
    const unit = 'unit' in value ? value.unit : undefined;
    return {
      title: unit === undefined ? value.title : `${value.title}, ${unit}`,
      description: `${value.why} ${value.more}`,
    };
  }
  const { title, options, more } = value;
  return {
    title,
    description: [...options.map(({ value: each, words, why }) => `${each}: ${words}. ${why}`), more].join(
      '\n',
    ),
    enumDescriptions: options.map(({ words, why }) => `${words}. ${why}`),
  };
}
