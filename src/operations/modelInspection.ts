import * as z from 'zod';
import type { Device } from '../engine/runtime';

const findingSchema = z.discriminatedUnion('isGood', [
  z.object({ isGood: z.literal(true), count: z.number() }),
  z.object({ isGood: z.literal(false), message: z.string(), next: z.string() }),
]);
/** One thing that was looked at: how much of it is good, or what is wrong and what to do about it. */
export type Finding = z.infer<typeof findingSchema>;

/** What an inspection tells, as a journal carries it. */
export const modelInspectionSchema = z.object({
  digest: z.string(),
  /** Files that make the model what it is. */
  files: z.number(),
  /** Good: the number of tensors read through. */
  values: findingSchema,
  /** Good: the number of the tokenizer's entries. */
  tokenizer: findingSchema,
  devices: z.array(
    z.object({
      device: z.enum(['cpu', 'webgpu', 'cuda', 'dml', 'coreml'] satisfies Device[]),
      name: z.string(),
      fault: z.string().exactOptional(),
      isChosen: z.boolean(),
    }),
  ),
});
export type ModelInspection = z.infer<typeof modelInspectionSchema>;
