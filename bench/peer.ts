// A process that answers requests, each a line of JSON, with one line each: two sides can take turns while
// both stay loaded.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../scripts/common.mjs';

/** A loaded side of a comparison. */
interface Peer {
  /** Returns the answer to one request; the caller knows its form. */
  ask(request: object): Promise<unknown>;
  /** Ends the process. */
  close(): Promise<void>;
}

/** Threads that the other side kept spinning are asleep after this time. */
const restMs = 200;

/** Starts a peer. */
export function startPeer(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Peer {
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const ended = new Promise<undefined>((resolve, reject) => {
    child.on('error', reject).on('exit', () => resolve(undefined));
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const answer = await Promise.race([answers.next(), ended]);
      if (answer === undefined || answer.done)
        throw new Error(`${command} ended before it answered; above is what it said.`);
      return JSON.parse(answer.value) as unknown;
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

/** The same after a rest: for requests whose answer is timed. */
export async function askAtRest(peer: Peer, request: object): Promise<unknown> {
  await sleep(restMs);
  return peer.ask(request);
}
