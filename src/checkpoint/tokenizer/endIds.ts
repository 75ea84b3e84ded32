import { join } from 'node:path';
import * as z from 'zod';
import { UserError } from '../../common/errors';
import { readCappedJson } from '../cappedFile';
import { configJson, mostConfigBytes, mostVocabulary } from '../limits';
import { quoteName } from '../weights/safetensors';

const mostIds = 1000;
const schema = z.looseObject({ eos_token_id: z.unknown().optional() });

interface EndIds {
  /** In the order of the files, without repeats. */
  readonly ids: readonly number[];
  /** Sentences on values that no program can use. */
  readonly warnings: readonly string[];
}

/**
 * The end tokens that generation_config.json and config.json name. A value that is no id ends nothing in
 * transformers either, and a generation_config.json that cannot be read is left aside there.
 * @throws UserError `broken-json`, `unexpected-content`, `too-large` or `not-readable` for config.json.
 */
export async function readEndIds(dir: string): Promise<EndIds> {
  const ids = new Set<number>();
  const warnings: string[] = [];
  for (const name of ['generation_config.json', 'config.json']) {
    const path = join(dir, name);
    const values = await readValues(path, name === 'config.json' ? undefined : warnings);
    for (const id of values.filter(isId)) ids.add(id);
    const odd = values.find((value) => !isId(value));
    if (odd !== undefined)
      warnings.push(
        `${path} names ${quoteName(JSON.stringify(odd))} as an end token ("eos_token_id"), which is no token: it is ignored.`,
      );
  }
  return { ids: [...ids], warnings };
}

/** The values of a file; where `warnings` are collected, those of a broken file are none. */
async function readValues(path: string, warnings: string[] | undefined): Promise<unknown[]> {
  try {
    const value = (await readCappedJson(path, schema, mostConfigBytes, configJson))?.eos_token_id ?? [];
    return [value].flat().slice(0, mostIds);
  } catch (error) {
    if (!warnings || !(error instanceof UserError)) throw error;
    warnings.push(
      `${error.message} It is left aside: end tokens are read from config.json and the tokenizer.`,
    );
    return [];
  }
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostVocabulary;
}
