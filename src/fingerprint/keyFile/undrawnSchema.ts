import * as z from 'zod';
import { commitUndrawn, type UndrawnKeySet } from '../laterDraw/undrawnKeySet';
import {
  announcedShape,
  findUndrawnFault,
  keySetSchema,
  keyShape,
  maxKeys,
  responsesSchema,
} from './keySetSchema';

const undrawnKeySchema = z
  .strictObject({ ...keyShape, responses: responsesSchema })
  .refine((key) => key.candidateTexts.length === key.candidates.length, 'every candidate needs a text')
  .refine(
    ({ candidates, responses }) =>
      responses.length === candidates.length &&
      responses.every(({ ids }, index) => ids[0] === candidates[index]),
    'every candidate needs the response that it begins',
  );

/** The content of a key file whose responses are not drawn yet, checked against its own commitment and order. */
export const undrawnSchema = z
  .strictObject(keySetSchema.shape)
  .omit({ keys: true, draw: true, releases: true, spending: true })
  .extend({
    draw: z.strictObject({ from: z.literal('announced'), ...announcedShape }),
    keys: z.array(undrawnKeySchema).min(1).max(maxKeys),
  })
  .superRefine((keySet, context) => {
    const fault = findFault(keySet);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  });

function findFault(keySet: UndrawnKeySet): string | undefined {
  const fault = findUndrawnFault(keySet);
  if (fault !== undefined) return fault;
  return commitUndrawn(keySet).commitment === keySet.commitment ? undefined : 'the commitment does not match';
}
