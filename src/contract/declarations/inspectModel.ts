import * as z from 'zod';
import { declareOperation } from '../declaration';
import { phases } from '../phases';
import { deviceSchema } from '../devices';

const findingSchema = z.discriminatedUnion('isGood', [
  z.object({ isGood: z.literal(true), count: z.number() }),
  z.object({ isGood: z.literal(false), message: z.string(), next: z.string() }),
]);
/** One thing that was inspected: how much of it is good, or what is wrong and what to do about it. */
export type Finding = z.infer<typeof findingSchema>;

const modelInspectionSchema = z.object({
  digest: z.string(),
  /** The number of files that make the model what it is. */
  files: z.number(),
  /** If good: the number of tensors read. */
  values: findingSchema,
  /** If good: the number of the tokenizer's entries. */
  tokenizer: findingSchema,
  /** Sentences where config, weights and tokenizer disagree without preventing use; none in earlier versions. */
  warnings: z.array(z.string()).default([]),
  devices: z.array(
    z.object({
      device: deviceSchema,
      name: z.string(),
      fault: z.string().exactOptional(),
      isChosen: z.boolean(),
    }),
  ),
});
export type ModelInspection = z.infer<typeof modelInspectionSchema>;

/**
 * Reads a whole checkpoint (digest, every weight, tokenizer) and tries the devices of this machine. A fault
 * in weights or tokenizer is a finding; a folder whose headers cannot be used is an error.
 */
export const inspectModel = declareOperation({
  name: 'inspectModel',
  title: 'check',
  description: 'read every weight of a checkpoint and try the devices of this machine',
  request: z.strictObject({ model: z.string() }),
  result: modelInspectionSchema,
  phases: [phases.tryingDevices, phases.readingWeights, phases.computingDigest],
  traits: { runsInChild: true, isSilent: true },
});
