import { createInterface } from 'node:readline';

/** Answers every line of JSON on stdin with one on stdout, in order: bench/peer.ts talks to both sides this way. */
export async function answerLines(answer: (request: unknown) => Promise<object>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin }))
    process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
}

/** How long some work takes: wall-clock seconds, and seconds of all cores together. */
export async function time<Result>(
  work: () => Promise<Result>,
): Promise<{ seconds: number; cpuSeconds: number; result: Result }> {
  const start = performance.now();
  const busy = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(busy);
  return { seconds: (performance.now() - start) / 1000, cpuSeconds: (user + system) / 1e6, result };
}
