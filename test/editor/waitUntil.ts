import { setTimeout as sleep } from 'node:timers/promises';

const limitMs = 45_000;

/** Waits until something holds; a test that waits for what never comes fails after a while. */
export async function waitUntil(holds: () => boolean | Promise<boolean>, pauseMs = 20): Promise<void> {
  const endMs = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > endMs) throw new Error(`This did not come about: ${holds.toString()}`);
    await sleep(pauseMs);
  }
}
