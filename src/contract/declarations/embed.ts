import * as z from 'zod';
import { declareOperation } from '../declaration';
import { phases } from '../phases';
import { placementWishes, ranOn } from '../devices';
import { measuredSchema } from '../measured';
import { probeFindingsSchema } from '../probeFindings';
import { recipeChangesSchema, recipeValues } from '../recipe';
import { presetNames } from '../recipePresets';
import { shortfallsSchema } from '../shortfall';

/** What was measured on the written copy. */
const embedFiguresSchema = z.looseObject({
  /** Share of keys answered, both asked as they are and wrapped in other prompts, 0 to 1. */
  recall: measuredSchema,
  wrappedRecall: measuredSchema,
  /** Share of quiet keys whose drawn word ranks first; absent where none is quiet, or all are and `recall` is this. */
  quietRecall: measuredSchema.optional(),
  /** Against the base on held-back text: relative change of the loss, and mean KL in nats a token. */
  drift: z.looseObject({ lossRise: measuredSchema, kl: measuredSchema }),
});

/** How an embedding ended; runs of older versions lack the optional parts. */
export const embedOutcomeSchema = z.looseObject({
  /** How the copy falls short of its recipe; it is done only when the list is empty. */
  shortfalls: shortfallsSchema.default([]),
  keyCount: z.int().min(1).optional(),
  /** The drift budget of its recipe, in nats a token. */
  driftBudget: z.number().positive().optional().catch(undefined),
  /** One sentence on what to change where it falls short. */
  advice: z.string().max(4000).optional(),
  /** Why the key file has no record of this release although the copy is done; absent where it has one. */
  recordMissing: z.string().max(4000).optional(),
  /** What the probe of the model's first steps found; absent where the recipe left it nothing to choose. */
  probe: probeFindingsSchema.optional().catch(undefined),
});

/** Makes a marked copy of a checkpoint: trains the key set in, writes the copy, and checks it. */
export const embed = declareOperation({
  name: 'embed',
  title: 'embed',
  verb: 'Mark',
  description: 'make a marked copy of a checkpoint',
  request: z.strictObject({
    model: z.string(),
    keys: z.string(),
    /** The checkpoint folder to make. */
    out: z.string(),
    /** The values of the recipe that differ from the defaults, or a JSON file with them. */
    recipe: z.union([z.string(), recipeChangesSchema]).optional(),
    /** Changes the defaults before the recipe does. */
    preset: z.enum(presetNames).optional(),
    /** The drift budget, in nats a token, where neither the default nor the preset's is meant. */
    driftBudget: recipeValues.driftBudget.schema.optional(),
    /** Files with the creator's own ordinary text. */
    text: z.array(z.string()).optional(),
    ...placementWishes,
    /** Whether to continue from the saved state in the run folder. */
    resume: z.boolean(),
  }),
  result: z.looseObject({
    ...embedFiguresSchema.shape,
    ...embedOutcomeSchema.shape,
    out: z.string(),
    /** Digest of the marked checkpoint. */
    digest: z.string(),
    steps: z.number(),
    seconds: z.number(),
    ...ranOn,
    /** Files of the base's folder that were not carried over. */
    notCarried: z.array(z.string()),
    /** Rows of the creator's own text that hold no usable text; absent without own text. */
    rowsLeftOut: z.number().optional(),
    /** Those of them that are links to a place outside the base's folder. */
    linksLeftOut: z.array(z.string()).optional(),
    warnings: z.array(z.string()),
  }),
  phases: [
    phases.openingModel,
    phases.writingOrdinaryText,
    phases.readingOrdinaryText,
    phases.readingDirections,
    phases.tryingSteps,
    phases.training,
    phases.writingCheckpoint,
    phases.checkingCheckpoint,
  ],
  traits: { runsInChild: true, makesCheckpoint: true, isResumable: true, needsSecrets: true },
});
