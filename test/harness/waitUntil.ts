import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something holds; a test that waits for what never comes fails after a while. */
export async function waitUntil(
  holds: () => boolean | Promise<boolean>,
  pauseMs = 20,
  limitMs = 60_000,
): Promise<void> {
  const endMs = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > endMs) throw new Error(`This did not come about: ${holds.toString()}`);
    await sleep(pauseMs);
  }
}
