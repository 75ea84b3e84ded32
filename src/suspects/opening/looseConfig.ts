import { join } from 'node:path';
import { findJsonExcess } from '../../common/jsonSize';
import { readLimited } from '../../common/regularFile';
import { configJson, mostConfigBytes } from '../../checkpoint/limits';
import { parsePythonJson } from '../../checkpoint/pythonJson';
import { isFile } from './weightChoices';

/** A suspect's config.json as far as it can be read. */
export interface LooseConfig {
  /** Empty where it cannot be read. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** Empty where none is named. */
  readonly modelType: string;
  /** Why it cannot be read, as part of a sentence. */
  readonly problem?: string;
}

/** Reads config.json as Python would, and asks nothing of it. */
export async function readLooseConfig(dir: string): Promise<LooseConfig> {
  const path = join(dir, 'config.json');
  const unread = (problem: string): LooseConfig => ({ raw: {}, modelType: '', problem });
  if (!(await isFile(path))) return unread('there is none');
  if (!(await isFile(path, mostConfigBytes))) return unread('it is too large');
  const raw = await readRecord(path);
  if (!raw) return unread('it is not JSON');
  const modelType = typeof raw.model_type === 'string' ? raw.model_type.slice(0, 100) : '';
  return { raw, modelType };
}

async function readRecord(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const text = (await readLimited(path, mostConfigBytes)).toString('utf8');
    if (findJsonExcess(text, configJson) !== undefined) return undefined;
    const value = parsePythonJson(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
