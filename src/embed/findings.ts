import * as z from 'zod';

/** What a short probe of the model's own first steps found: the defaults of the recipe follow from it. */
export interface ProbeFindings {
  /** The learning rate that the probe arrived at. */
  readonly learningRate: number;
  /** How far one step of that rate moves the last hidden states on ordinary text, as a share of their size. */
  readonly stateShift: number;
  /** The same for next-token predictions: mean KL from the base, in nats a token. */
  readonly predictionShift: number;
  /** Root mean square of the trained weights, and of the norms' weights. */
  readonly weightScale: number;
  readonly normScale: number;
  /** Mean entropy of the base's next-token predictions on ordinary text, in nats. */
  readonly entropy: number;
}

/** The findings as journals hold them. */
export const probeFindingsSchema = z.object({
  learningRate: z.number(),
  stateShift: z.number(),
  predictionShift: z.number(),
  weightScale: z.number(),
  normScale: z.number(),
  entropy: z.number(),
});
