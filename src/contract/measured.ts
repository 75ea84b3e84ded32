import * as z from 'zod';

/** JSON has no form for a measurement that is not a number: it holds null. */
export const measuredSchema = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);
