import * as z from 'zod';

/** Where a graph runs: every device that onnxruntime knows, in the order of lists. */
export const deviceSchema = z.enum(['cpu', 'cuda', 'webgpu', 'dml', 'coreml']);
export type Device = z.infer<typeof deviceSchema>;
export const devices: readonly Device[] = deviceSchema.options;

/**
 * How products with weights are computed: in float32, or with both factors rounded to float16, which halves
 * the memory of the weights and is faster on graphics cards. Everything else (sums, norms, softmax, losses,
 * gradients between operators) is float32 either way, as in mixed-precision training (Micikevicius et al.
 * 2018).
 */
export const precisionSchema = z.enum(['single', 'half']);
export type Precision = z.infer<typeof precisionSchema>;

/** Where a user wants a model to run. */
export const deviceWishSchema = z.enum(['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml'] satisfies (
  'auto' | Device
)[]);
export type DeviceWish = z.infer<typeof deviceWishSchema>;

export const precisionWishSchema = z.enum(['auto', ...precisionSchema.options]);
export type PrecisionWish = z.infer<typeof precisionWishSchema>;

/** What a user may say about where and how models run. */
export const placementWishes = {
  device: deviceWishSchema,
  precision: precisionWishSchema.optional(),
  /** The most of the device's memory that models may take, in bytes. */
  memoryBytes: z.number().int().positive().optional(),
};
export type PlacementWish = z.infer<z.ZodObject<typeof placementWishes>>;

/** Where and how a model runs. */
export interface Placement {
  readonly device: Device;
  readonly precision: Precision;
  /** The most of the device's memory that a model and its batches may take, in bytes; Infinity where that is not known. */
  readonly memoryBytes: number;
}

/** The processor, without a limit: every machine has it. */
export const onCpu: Placement = { device: 'cpu', precision: 'single', memoryBytes: Infinity };

/** Where an operation ran, as part of its result. */
export const ranOn = {
  device: z.string(),
  /** Results of older versions lack it: they were single. */
  precision: precisionSchema.default('single'),
};
