import * as z from 'zod';
import { runEventSchema } from '../contract/events';
import { asReason } from '../common/reasons';

const sentence = z.string().max(20_000);

/** A failure in the three parts of a UserError. */
export const failureSchema = z.object({
  reason: z.string().max(200).transform(asReason),
  message: sentence,
  next: sentence,
});
export type Failure = z.infer<typeof failureSchema>;

/** Parses the parent's message to the child: the secrets of the run, sent once. */
export const parentMessageSchema = z.object({
  type: z.literal('start'),
  secrets: z.object({ passphrase: z.string().max(10_000).optional() }),
});
export type ParentMessage = z.infer<typeof parentMessageSchema>;

/**
 * Parses the child's messages to its parent: ready for its secrets, and started once it owns the run folder.
 * It answers a request to end early with "ending". The last message is a result, an error or an early end.
 */
export const childMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('started') }),
  z.object({ type: z.literal('ending') }),
  z.object({ type: z.literal('news'), event: runEventSchema }),
  z.object({ type: z.literal('result'), result: z.unknown() }),
  z.object({ type: z.literal('error'), ...failureSchema.shape }),
  z.object({ type: z.literal('ended'), status: z.enum(['paused', 'cancelled', 'interrupted']) }),
]);
export type ChildMessage = z.infer<typeof childMessageSchema>;
