import { UserError } from '../common/errors';
import type { DrandChain } from './chains';
import { mostRoundBytes, parseRound, type DrandRound } from './drandRound';

/** Public servers of drand (docs.drand.love, HTTP API), asked in this order until one answers. */
export const drandHosts: readonly string[] = ['api.drand.sh', 'drand.cloudflare.com'];

const timeoutMs = 15_000;

/** What asks a server: the global `fetch`, unless a test puts its own in place. */
export type Fetch = (url: string, options: RequestInit) => Promise<Response>;

/** Where a round can be had. */
function urlOfRound(host: string, { hash }: DrandChain, round: number): string {
  return `https://${host}/${hash}/public/${round}`;
}

/**
 * Asks drand's public servers for a round. This is the only place in the program that uses the network, and it is
 * called only where the user has asked for it. The servers learn the address of this computer and the round.
 * The caller has to check who signed the answer.
 * @throws UserError `no-connection` when no server gives the round.
 */
export async function fetchRound(
  chain: DrandChain,
  round: number,
  ask: Fetch = globalThis.fetch,
): Promise<DrandRound> {
  const failures: string[] = [];
  for (const host of drandHosts) {
    try {
      return parseRound(await askHost(urlOfRound(host, chain, round), ask), `the answer of ${host}`);
    } catch (error) {
      failures.push(`${host}: ${describeFailure(error)}`);
    }
  }
  throw new UserError(
    'no-connection',
    `Round ${round} could not be fetched (${failures.join('; ')}).`,
    `Check the connection, or save ${urlOfRound(drandHosts[0]!, chain, round)} as a file on any computer and give that file.`,
  );
}

async function askHost(url: string, ask: Fetch): Promise<string> {
  const response = await ask(url, {
    signal: AbortSignal.timeout(timeoutMs),
    headers: { accept: 'application/json' },
    credentials: 'omit',
    redirect: 'error',
  });
  if (!response.ok) throw new Error(`it answered with status ${response.status}`);
  return readText(response);
}

/** The body as text, unless it is longer than any round. */
async function readText({ body }: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > mostRoundBytes) throw new Error('its answer is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} seconds`;
  if (error instanceof UserError) return error.message;
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  return cause ?? error.message;
}
