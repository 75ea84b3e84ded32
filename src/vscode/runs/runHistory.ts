import * as z from 'zod';
import { usualKeyCount } from '../../contract/declarations/createKeySet';
import { recipeChangesSchema, type Recipe } from '../../contract/recipe';
import { readRunRecipe } from '../../jobs/runFolder/runRecipe';
import { readNamedRecipe } from '../../operations/copy/runInputs';
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
  /** Undefined for runs of 0.1.0, which did not record it. */
  readonly keyCount: number | undefined;
  /** Where its recipe differed from the defaults; undefined where a run did not record what a file said. */
  readonly changes: Partial<Recipe> | undefined;
  /** Files with the creator's own ordinary text. */
  readonly texts: readonly string[];
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
  const { recipe: given, text: texts } = askedSchema.parse(run.job.request);
  return {
    model: embedding.model,
    seconds: result.seconds,
    work,
    drift: result.drift.kl,
    keyCount: result.keyCount,
    changes: readNamedRecipe(run.folder) ?? (typeof given === 'string' ? undefined : dropUnset(given)),
    texts,
  };
}

/** What a run was started with, as far as it decides how the copy turns out. */
const askedSchema = z.looseObject({
  recipe: z.union([z.string(), recipeChangesSchema]).default({}).catch('unreadable'),
  text: z.array(z.string()).default([]).catch([]),
});

function dropUnset(changes: z.infer<typeof recipeChangesSchema>): Partial<Recipe> {
  const set = Object.entries(changes).filter(([, value]) => value !== undefined);
  return Object.fromEntries(set);
}
