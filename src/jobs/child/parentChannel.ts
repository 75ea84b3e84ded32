import { once } from 'node:events';
import type { Secrets } from '../../contract/declaration';
import { parentMessageSchema, type ChildMessage } from '../messages';

/**
 * Tells the parent "ready" and waits for the secrets of the run. A parent that ends before sending them ends
 * this process; so does the absence of a parent.
 */
export async function receiveSecrets(): Promise<Secrets> {
  const started = once(process, 'message');
  const leave = (): never => process.exit(1);
  process.once('disconnect', leave);
  if (!process.connected) leave();
  await sendToParent({ type: 'ready' });
  const [message] = (await started) as unknown[];
  process.off('disconnect', leave);
  const { passphrase } = parentMessageSchema.parse(message).secrets;
  return passphrase === undefined ? {} : { passphrase };
}

/** Sends a message and waits until it is sent. A parent that has ended is no error: the journal carries the message too. */
export function sendToParent(message: ChildMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}
