import * as z from 'zod';

/** What a short probe of the model's own first steps found; defaults of the recipe follow from it. */
export const probeFindingsSchema = z.object({
  /** The learning rate that the probe chose. */
  learningRate: z.number(),
  /** How far one step at that rate moves the last hidden states on ordinary text, as a share of their size. */
  stateShift: z.number(),
  /** The same for next-token predictions: mean KL from the base, in nats a token. */
  predictionShift: z.number(),
  /** Root mean square of the trained weights, and of the norms' weights. */
  weightScale: z.number(),
  normScale: z.number(),
  /** Mean entropy of the base's next-token predictions on ordinary text, in nats. */
  entropy: z.number(),
});
export type ProbeFindings = Readonly<z.infer<typeof probeFindingsSchema>>;
