import * as z from 'zod';
import { keyPlanSchema, recipeEditSchema, stepNames, type KeyPlan } from '../../protocol/panel/requests';

const pathSchema = z.string().min(1).max(4096);
const digestSchema = z.string().max(256);

export const deviceSchema = z.enum(['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml']);

const modelIntentSchema = z.object({
  /** Path of the set that a run will use, and the commitment by which it is found when its file has moved. */
  keySet: pathSchema.nullable(),
  keySetCommitment: digestSchema.nullable().default(null),
  /** Digest of the model, once it is known, by which it is found when its folder has moved. */
  digest: digestSchema.nullable().default(null),
  plan: keyPlanSchema,
  /** Edited fields of the recipe, as they were typed. */
  changes: recipeEditSchema.shape.changes,
  /** A choice, or null to follow the settings. */
  device: deviceSchema.nullable(),
  /** As typed; null for a name of ours. */
  out: z.string().max(4096).nullable(),
  texts: z.array(pathSchema).max(1000),
  isPublished: z.boolean(),
  /** The run that Run and Report show: its folder, or `nextRun`; null for the one that matters most. */
  shownRun: pathSchema.nullable().default(null),
});
/** A user's choices for one model. */
export type ModelIntent = z.infer<typeof modelIntentSchema>;

const intentSchema = z.object({
  version: z.literal(1),
  step: z.enum(stepNames),
  /** Path of the chosen checkpoint folder. */
  model: pathSchema.nullable(),
  models: z.record(pathSchema, modelIntentSchema),
});
/** A user's choices in the panel. Only this outlives the window; everything else is read from disk again. */
export type PanelIntent = z.infer<typeof intentSchema>;

const mostModels = 50;
const usualPlan: KeyPlan = {
  count: 64,
  responseLength: 1,
  soft: 0,
  quiet: 0,
  promptsFile: null,
};

export const noModelIntent: ModelIntent = {
  keySet: null,
  keySetCommitment: null,
  digest: null,
  plan: usualPlan,
  changes: {},
  device: null,
  out: null,
  texts: [],
  isPublished: false,
  shownRun: null,
};

/** Reads the kept choices; unreadable ones count as none. */
export function parseIntent(kept: unknown): PanelIntent {
  return intentSchema.safeParse(kept).data ?? { version: 1, step: 'model', model: null, models: {} };
}

/** The choices for the chosen model. */
export function intentOfModel({ model, models }: PanelIntent): ModelIntent {
  return (model === null ? undefined : models[model]) ?? noModelIntent;
}

/** The intent with a change for the chosen model; unchanged if there is none. The model changed last is kept longest. */
export function changeModelIntent(intent: PanelIntent, change: Partial<ModelIntent>): PanelIntent {
  const { model } = intent;
  if (model === null) return intent;
  const others = Object.entries(intent.models).filter(([path]) => path !== model);
  const isOther = change.keySet !== undefined && change.keySetCommitment === undefined;
  const known = isOther ? { ...change, keySetCommitment: null } : change;
  const changed = [model, { ...intentOfModel(intent), ...known }] as const;
  return { ...intent, models: Object.fromEntries([...others, changed].slice(-mostModels)) };
}

/** The intent for a model whose folder is now somewhere else. */
export function moveModel(intent: PanelIntent, path: string): PanelIntent {
  const { [intent.model ?? '']: moved, ...others } = intent.models;
  return { ...intent, model: path, models: { ...others, ...(moved && { [path]: moved }) } };
}
