import { join } from 'node:path';
import { usualKeyCount } from '../../contract/declarations/createKeySet';
import { recipeSchema, type Recipe } from '../../contract/recipe';
import { readStrictJson } from '../../common/files';
import { UserError } from '../../common/errors';
import type { KnownRun } from './knownRun';
import { readEmbedResult, readEmbedRun } from './embedRun';

/** A finished run of this machine, as an estimate uses it. */
export interface EarlierRun {
  /** Path of the model. */
  readonly model: string;
  readonly seconds: number;
  /** All its work, in multiplications and additions. */
  readonly work: number;
  /** KL in nats a token. */
  readonly drift: number;
}

/** Returns the work of a run, or undefined where the model no longer exists. */
type MeasureWork = (model: string, recipe: Recipe, keyCount: number) => Promise<number | undefined>;

const mostRuns = 20;

/** The finished runs on this kind of device, the newest first. */
export async function readHistory(
  runs: readonly KnownRun[],
  device: string,
  measureWork: MeasureWork,
): Promise<EarlierRun[]> {
  const found: EarlierRun[] = [];
  for (const run of runs.filter(({ state }) => state === 'done')) {
    if (found.length === mostRuns) break;
    const earlier = await readEarlier(run, device, measureWork);
    if (earlier) found.push(earlier);
  }
  return found;
}

async function readEarlier(
  run: KnownRun,
  device: string,
  measureWork: MeasureWork,
): Promise<EarlierRun | undefined> {
  const [embedding, result] = [readEmbedRun(run), readEmbedResult(run)];
  if (!embedding || !result || embedding.isResumed) return undefined;
  if (device !== 'auto' && result.device !== device) return undefined;
  const recipe = readRunRecipe(run.folder);
  if (!recipe) return undefined;
  const work = await measureWork(embedding.model, { ...recipe, steps: result.steps }, usualKeyCount);
  if (work === undefined) return undefined;
  return { model: embedding.model, seconds: result.seconds, work, drift: result.drift.kl };
}

/** The recipe that a run was started with, including every default; undefined before it is written. */
export function readRunRecipe(runFolder: string): Recipe | undefined {
  try {
    return readStrictJson(join(runFolder, 'recipe.json'), recipeSchema, 'Start the run again.');
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
