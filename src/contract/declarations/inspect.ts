import * as z from 'zod';
import { declareOperation } from '../declaration';
import { shortfallsSchema } from '../shortfall';

/** Describes a checkpoint and checks that it can be marked: reads every header and every weight. */
export const inspect = declareOperation({
  name: 'inspect',
  title: 'inspect',
  description: 'describe a checkpoint and say whether it can be marked',
  request: z.strictObject({ model: z.string() }),
  result: z.object({
    lines: z.array(z.string()),
    family: z.string(),
    parameters: z.number(),
    /** Dtypes of the stored tensors, the most frequent first. */
    dtypes: z.array(z.string()),
    layers: z.number(),
    hiddenSize: z.number(),
    vocabulary: z.number(),
    /** In tokens. */
    maxLength: z.number(),
    chatTemplate: z.boolean(),
    tokenizer: z.object({
      vocabulary: z.number(),
      beginIds: z.array(z.number()),
      endIds: z.array(z.number()),
    }),
    digest: z.string(),
    files: z.array(z.object({ name: z.string(), sha256: z.string(), sizeBytes: z.number() })),
    warnings: z.array(z.string()),
    /** What the note in the folder of a copy that falls short says. */
    notReady: z
      .object({
        shortfalls: shortfallsSchema,
        keyCount: z.number().optional(),
        advice: z.string().optional(),
      })
      .optional(),
    /** Always true: an unsupported checkpoint is an error. */
    supported: z.literal(true),
    /** Of an embedding with the defaults, as embed/memory/memoryEstimate estimates it. */
    estimate: z.object({
      trainedValues: z.number(),
      weightBytes: z.number(),
      trainedBytes: z.number(),
      stateBytes: z.number(),
      passBytes: z.number(),
      totalBytes: z.number(),
      leastBytes: z.number(),
    }),
  }),
});
