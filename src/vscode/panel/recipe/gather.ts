import { dirname } from 'node:path';
import { UserError } from '../../../common/errors';
import type { Recipe } from '../../../contract/recipe';
import type { DescribedCheckpoint, EmbeddingPlan } from '../../../operations/describeCheckpoint';
import type { ModelInspection } from '../../../contract/declarations/inspectModel';
import { applyEdits, type CheckedRecipe } from '../../../protocol/checkRecipe';
import type { Estimate } from '../../../protocol/panel/recipe';
import type { EarlierRun } from '../../runs/runHistory';
import type { Machine } from '../machine';
import type { ModelIntent } from '../panelIntent';
import { estimateRun } from './estimate';
import { findOutProblem, proposeOut, readFreeDisk, resolveOut } from './outFolder';
import type { RecipeKnowledge } from './show';

interface RecipeSources {
  readonly path: string;
  readonly described: DescribedCheckpoint;
  readonly inspection: ModelInspection | undefined;
  readonly intent: ModelIntent;
  readonly keyCount: number;
  readonly hasKinds: boolean;
  /** Earlier runs of the model whose recipes can be used again. */
  readonly earlier: RecipeKnowledge['earlier'];
  /** The device in the settings. */
  readonly usualDevice: string;
  readonly machine: Machine;
  /** The finished runs on a device. */
  readonly readHistory: (device: string) => Promise<readonly EarlierRun[]>;
}

/** The defaults of a model with a user's edits applied. */
export function checkIntent(
  { facts, defaults }: DescribedCheckpoint,
  { changes, texts }: ModelIntent,
  keyCount: number,
): { readonly defaults: Recipe; readonly checked: CheckedRecipe } {
  const usual = defaults(keyCount);
  const limits = { layerCount: facts.layers, maxLength: facts.maxLength, hasOwnTexts: texts.length > 0 };
  return { defaults: usual, checked: applyEdits(usual, changes, limits) };
}

/** Everything that the step Recipe shows about a model. */
export async function gatherRecipe(sources: RecipeSources): Promise<RecipeKnowledge> {
  const { path, described, intent, keyCount, inspection } = sources;
  const { defaults, checked } = checkIntent(described, intent, keyCount);
  const out = intent.out ?? (await proposeOut(path));
  const plan = tryToPlan(described, checked.values, keyCount);
  const device = intent.device ?? sources.usualDevice;
  const isSound = Object.keys(checked.problems).length === 0;
  return {
    defaults,
    checked,
    device,
    devices: listDevices(inspection),
    out,
    outProblem: await findOutProblem(path, out),
    texts: intent.texts,
    earlier: sources.earlier,
    layerCount: described.facts.layers,
    parameters: described.facts.parameters,
    trainedParameters: plan?.trainedParameters ?? 0,
    estimate:
      plan && isSound
        ? await estimate(sources, { defaults, recipe: checked.values }, plan, { out, device })
        : null,
  };
}

/** The devices that can be chosen: automatic choice, and those that work. */
function listDevices(inspection: ModelInspection | undefined): string[] {
  const working = inspection?.devices.filter(({ fault }) => fault === undefined) ?? [];
  return ['auto', 'cpu', ...working.map(({ device }) => device).filter((device) => device !== 'cpu')];
}

/** The cost of a recipe for a model; undefined when the model has no such layers. */
export function tryToPlan(
  described: DescribedCheckpoint,
  recipe: Recipe,
  keyCount: number,
): EmbeddingPlan | undefined {
  try {
    return described.plan(recipe, keyCount);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

async function estimate(
  { path, described, intent, keyCount, hasKinds, machine, inspection, readHistory }: RecipeSources,
  { defaults, recipe }: { defaults: Recipe; recipe: Recipe },
  plan: EmbeddingPlan,
  { out, device }: { out: string; device: string },
): Promise<Estimate> {
  const chosen = inspection?.devices.find(({ isChosen }) => isChosen)?.device ?? 'cpu';
  return estimateRun({
    defaults,
    recipe,
    texts: intent.texts,
    keyCount,
    hasKinds,
    parameters: described.facts.parameters,
    plan,
    machine,
    freeDiskBytes: await readFreeDisk(dirname(resolveOut(path, out))),
    history: await readHistory(device === 'auto' ? chosen : device),
    model: path,
    layerCount: described.facts.layers,
    isPublished: intent.isPublished,
    planOf: (changes) => described.plan({ ...recipe, ...(changes as Partial<Recipe>) }, keyCount),
  });
}
