// A process that waits for requests, one line of JSON each, and answers each by a line: so that two sides can take turns
// while both stay loaded.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../steps.mjs';

/** Threads that the other side kept spinning have gone to sleep after this. */
const restMs = 200;

/** Starts a peer. `ask` gives the answer to one request; `close` ends the process. */
export function startPeer(command, args, env = {}) {
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const ended = new Promise((resolve, reject) => child.on('error', reject).on('exit', resolve));
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await Promise.race([answers.next(), ended.then(() => ({ done: true }))]);
      if (done) throw new Error(`${command} ended before it answered; above is what it said.`);
      return JSON.parse(value);
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

/** The same, asked when everything is at rest: for requests whose answer is timed. */
export async function askAtRest(peer, request) {
  await sleep(restMs);
  return peer.ask(request);
}
