import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { quicknet } from '../../../src/beacon/chains';
import { drandHosts, fetchRound, type Fetch } from '../../../src/beacon/fetchRound';
import { publish, quicknetRounds } from './goldenRounds';

const golden = quicknetRounds[0]!;
const { round, signature } = golden;
const answer = (text: string, status = 200): Promise<Response> =>
  Promise.resolve(new Response(text, { status }));

describe('fetching a round', () => {
  it('asks one server for that round and for nothing else', async () => {
    const asked: { url: string; options: RequestInit }[] = [];
    const ask: Fetch = (url, options) => {
      asked.push({ url, options });
      return answer(publish(golden));
    };
    assert.deepEqual(await fetchRound(quicknet, round, ask), { round, signature });
    assert.equal(asked.length, 1);
    const [{ url, options }] = asked as [(typeof asked)[0]];
    assert.equal(url, `https://api.drand.sh/${quicknet.hash}/public/42`);
    assert.deepEqual(
      [options.method, options.body, options.redirect, options.credentials],
      [undefined, undefined, 'error', 'omit'],
    );
    assert.ok(options.signal instanceof AbortSignal);
  });

  it('asks the next server when one has no answer', async () => {
    const asked: string[] = [];
    const ask: Fetch = (url) => {
      asked.push(new URL(url).host);
      return asked.length === 1 ? answer('', 404) : answer(publish(golden));
    };
    assert.deepEqual(await fetchRound(quicknet, round, ask), { round, signature });
    assert.deepEqual(asked, drandHosts.slice(0, 2));
  });

  it('asks the next server when an answer is no round, as that of a network with a sign-in page', async () => {
    let asked = 0;
    const ask: Fetch = () => (++asked === 1 ? answer('<html>') : answer(publish(golden)));
    assert.deepEqual(await fetchRound(quicknet, round, ask), { round, signature });
  });

  const failures: [string, RegExp, Fetch][] = [
    ['no server is reached', /drand\.sh: getaddrinfo/, () => Promise.reject(unreachable())],
    ['every server refuses', /status 503/, () => answer('', 503)],
    ['no answer is a round', /the answer of drand\.cloudflare\.com/, () => answer('<html>')],
    ['the answer never ends', /too long/, () => Promise.resolve(new Response(endless()))],
    ['no server answers in time', /within 15 seconds/, () => Promise.reject(late())],
  ];
  for (const [what, message, ask] of failures)
    it(`says what happened when ${what}, and how to go without`, async () => {
      await assert.rejects(fetchRound(quicknet, round, ask), (error: Error & { next?: string }) => {
        assert.match(error.message, message);
        assert.match(error.next!, /save https:\/\/api\.drand\.sh\//);
        return true;
      });
    });
});

function unreachable(): Error {
  return new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND') });
}

function late(): Error {
  return new DOMException('The operation timed out.', 'TimeoutError');
}

function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(4096)) });
}
