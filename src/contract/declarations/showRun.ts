import * as z from 'zod';
import { declareOperation } from '../declaration';
import { phaseSchema } from '../phases';
import { shortfallsSchema } from '../shortfall';

/** Says what a run does, how it stands and what to do next, from what its folder holds. */
export const showRun = declareOperation({
  name: 'showRun',
  title: 'show',
  description: 'say what a run does, how it stands and what to do next',
  request: z.strictObject({
    /** The run folder. */
    run: z.string(),
  }),
  result: z.object({
    run: z.string(),
    /** The name of its operation, and what that does, where this version knows it. */
    operation: z.string(),
    does: z.string().optional(),
    /** What it was asked to work on and to make. */
    model: z.string().optional(),
    keys: z.string().optional(),
    out: z.string().optional(),
    /** interrupted: its process died before it could end the run. */
    status: z.enum(['running', 'paused', 'cancelled', 'failed', 'done', 'interrupted']),
    /** What its process was asked last, while it runs. */
    asked: z.enum(['pause', 'stop', 'cancel']).optional(),
    startedAt: z.string().optional(),
    endedAt: z.string().optional(),
    /** The last phase that it told of, and how much of that is done, in steps where it trains. */
    phase: phaseSchema.optional(),
    done: z.number().optional(),
    total: z.number().optional(),
    /** Of the whole run, while it runs. */
    secondsLeft: z.number().optional(),
    /** `recall`: share of the keys that are answered, 0 to 1. `drift`: nats a token. */
    lastCheck: z
      .object({ step: z.number(), recall: z.number().optional(), drift: z.number().optional() })
      .optional(),
    /** Of its recipe, in nats a token; absent before it is written. */
    driftBudget: z.number().optional(),
    /** Whether there is a saved state, and the step of the last one that it told of. */
    isSaved: z.boolean(),
    savedStep: z.number().optional(),
    /** Why it failed or died. */
    failure: z.object({ reason: z.string(), message: z.string() }).optional(),
    /** In which ways its copy falls short of the recipe; none while nothing is known. */
    shortfalls: shortfallsSchema,
    keyCount: z.number().optional(),
    advice: z.string().optional(),
    /** What to do, in sentences. */
    next: z.string(),
  }),
});
