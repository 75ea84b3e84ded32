import * as z from 'zod';

/** JSON has no number for a measurement that gave none: it says null. */
export const measuredSchema = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);
