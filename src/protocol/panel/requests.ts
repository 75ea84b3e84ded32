import * as z from 'zod';
import { presetNames } from '../../contract/recipePresets';

/* What the panel's page may ask of the host. Everything is parsed on arrival. */

export const stepNames = ['model', 'keys', 'recipe', 'run', 'report'] as const;
export type StepName = (typeof stepNames)[number];

/** In place of a run's folder: the next run, which has not begun. */
export const nextRun = 'next';

export interface KeyPlan {
  readonly count: number;
  /** Tokens of a response. */
  readonly responseLength: number;
  /** How many of the keys are of these kinds; the others are loud. */
  readonly soft: number;
  readonly quiet: number;
  /** A file with the creator's own prompts, one a line; null: the model writes them. */
  readonly promptsFile: string | null;
}

export const keyPlanSchema = z.strictObject({
  count: z.int().min(4).max(4096),
  responseLength: z.int().min(1).max(16),
  // What was stored before there were kinds has neither.
  soft: z.int().min(0).max(4096).default(0),
  quiet: z.int().min(0).max(4096).default(0),
  promptsFile: z.string().max(4096).nullable(),
});

const path = z.string().min(1).max(4096);

/** Everything but the recipe's values. Each is also a command of the palette. */
export const actionRequestSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('openStep'), step: z.enum(stepNames) }),
  z.strictObject({ type: z.literal('chooseModel'), path }),
  z.strictObject({ type: z.literal('chooseFolder') }),
  z.strictObject({ type: z.literal('pickModel') }),
  z.strictObject({ type: z.literal('trySample') }),
  z.strictObject({ type: z.literal('setPublished'), isPublished: z.boolean() }),
  z.strictObject({ type: z.literal('planKeys'), plan: keyPlanSchema }),
  z.strictObject({ type: z.literal('choosePrompts') }),
  z.strictObject({ type: z.literal('drawKeys') }),
  z.strictObject({ type: z.literal('cancelDrawing') }),
  z.strictObject({ type: z.literal('chooseKeySet'), path }),
  z.strictObject({ type: z.literal('unlockKeySet'), path }),
  z.strictObject({ type: z.literal('revealKeys'), isRevealed: z.boolean() }),
  z.strictObject({ type: z.literal('resetRecipe') }),
  z.strictObject({ type: z.literal('choosePreset'), preset: z.enum(presetNames) }),
  z.strictObject({ type: z.literal('loadRecipe') }),
  z.strictObject({ type: z.literal('useRecipeOf'), folder: path }),
  z.strictObject({ type: z.literal('openRecipeFile') }),
  z.strictObject({ type: z.literal('chooseTexts') }),
  z.strictObject({ type: z.literal('startRun') }),
  /** The run that the steps Run and Report show: its folder, or `nextRun`. */
  z.strictObject({ type: z.literal('showRun'), folder: path, step: z.enum(stepNames).optional() }),
  z.strictObject({ type: z.literal('chooseRun') }),
  z.strictObject({ type: z.literal('pauseRun') }),
  z.strictObject({ type: z.literal('stopRun') }),
  z.strictObject({ type: z.literal('cancelRun') }),
  z.strictObject({ type: z.literal('resumeRun') }),
  z.strictObject({ type: z.literal('discardRun') }),
  z.strictObject({ type: z.literal('verifyRelease') }),
  z.strictObject({ type: z.literal('measureDrift') }),
  z.strictObject({ type: z.literal('testSurvival') }),
  z.strictObject({ type: z.literal('compareReleases') }),
  z.strictObject({
    type: z.literal('tickTask'),
    subject: z.string().min(1).max(256),
    task: z.string().min(1).max(40),
    isDone: z.boolean(),
  }),
  z.strictObject({ type: z.literal('copyKeyFile'), path }),
  z.strictObject({ type: z.literal('openPath'), path }),
  z.strictObject({ type: z.literal('openLog') }),
  z.strictObject({ type: z.literal('checkDevices') }),
  z.strictObject({ type: z.literal('manageTrust') }),
  z.strictObject({ type: z.literal('copy'), text: z.string().max(10_000) }),
]);
export type ActionRequest = z.infer<typeof actionRequestSchema>;

/** Values of the recipe form as the user typed them; the host parses and checks them. */
export const recipeEditSchema = z.strictObject({
  changes: z.record(
    z.string().max(40),
    z.union([z.number(), z.string().max(200), z.array(z.number()).max(2)]),
  ),
  device: z.string().max(20).optional(),
  out: z.string().max(4096).optional(),
});
export type RecipeEdit = z.infer<typeof recipeEditSchema>;
