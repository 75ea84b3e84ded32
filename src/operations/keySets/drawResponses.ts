import { describeRound } from '../../beacon/announceRound';
import { drandChains, type DrandChain } from '../../beacon/chains';
import { mostRoundBytes, parseRound, type DrandRound } from '../../beacon/drandRound';
import { fetchRound, type Fetch } from '../../beacon/fetchRound';
import { timeOfRound } from '../../beacon/roundTimes';
import { UserError } from '../../common/errors';
import type { RequestOf, ResultOf, Secrets } from '../../contract/declaration';
import type { drawResponses as declaration } from '../../contract/declarations/drawResponses';
import { changeAnyKeyFile } from '../../fingerprint/keyFile/changeKeyFile';
import { readAnyKeyFile } from '../../fingerprint/keyFile/keyFile';
import type { KeySet } from '../../fingerprint/keySet';
import { checkDraw, drawFromRound } from '../../fingerprint/laterDraw/beaconDraw';
import { isUndrawn, type UndrawnKeySet } from '../../fingerprint/laterDraw/undrawnKeySet';
import { formatDate } from '../../words/dates';
import { requirePassphrase } from './passphrase';
import { readSmallFile } from './readSmallFile';

/** What the work stands on; tests bring a chain whose secret they know, a clock, and servers of their own. */
interface Beacon {
  readonly chains: readonly DrandChain[];
  readonly now: () => number;
  readonly ask?: Fetch;
}

const publicBeacon: Beacon = { chains: drandChains, now: Date.now };

/**
 * Draws the responses of an undrawn key set, and writes the drawn set into the same file. It holds the undrawn one
 * whole: anybody who opens it computes commitment and draws again.
 * @throws UserError `already-drawn`, `round-not-yet`, `other-round`, `bad-round`, and as readAnyKeyFile,
 * readSmallFile, parseRound, fetchRound and changeAnyKeyFile.
 */
export async function drawResponses(
  { keys, source }: RequestOf<typeof declaration>,
  secrets: Secrets,
  beacon: Beacon = publicBeacon,
): Promise<ResultOf<typeof declaration>> {
  const passphrase = requirePassphrase(secrets);
  const undrawn = await readAnyKeyFile(keys, passphrase, beacon.chains);
  if (!isUndrawn(undrawn)) throw alreadyDrawn(keys);
  const chain = findChain(undrawn, beacon);
  const round =
    source.kind === 'network'
      ? await fetchAnnounced(undrawn, chain, beacon)
      : await readAnnounced(source.path, undrawn, chain);
  const keySet = drawFromRound(undrawn, round);
  const fault = (await checkDraw(keySet, beacon.chains))?.fault;
  if (fault !== undefined) throw badRound(chain, round, fault);
  const change = (now: KeySet | UndrawnKeySet): KeySet => {
    if (isUndrawn(now) && now.commitment === undrawn.commitment) return keySet;
    throw alreadyDrawn(keys);
  };
  await changeAnyKeyFile(keys, { passphrase, change }, beacon.chains);
  return {
    keys,
    count: keySet.keys.length,
    commitment: keySet.commitment,
    keysCommitment: undrawn.commitment,
    drawnBy: describeRound(chain, round.round),
  };
}

function findChain({ draw }: UndrawnKeySet, { chains }: Beacon): DrandChain {
  const chain = chains.find(({ hash }) => hash === draw.chain);
  if (chain) return chain;
  throw new UserError(
    'newer-key-file',
    `The key set waits for a round of the chain ${draw.chain}, which this version does not know.`,
    'Update the tool, then try again.',
  );
}

async function readAnnounced(path: string, undrawn: UndrawnKeySet, chain: DrandChain): Promise<DrandRound> {
  const bytes = await readSmallFile(path, 'file of a round', mostRoundBytes);
  const round = parseRound(bytes.toString('utf8'), path);
  assertAnnounced(round, undrawn, chain);
  return round;
}

async function fetchAnnounced(
  undrawn: UndrawnKeySet,
  chain: DrandChain,
  { now, ask }: Beacon,
): Promise<DrandRound> {
  const { round } = undrawn.draw;
  if (now() < timeOfRound(chain, round))
    throw new UserError(
      'round-not-yet',
      `Round ${round} of ${chain.name} is signed at ${formatDate(describeRound(chain, round).time)}, which is still to come.`,
      'Run the same command again after that time.',
    );
  const fetched = await fetchRound(chain, round, ask);
  assertAnnounced(fetched, undrawn, chain);
  return fetched;
}

function assertAnnounced({ round }: DrandRound, { draw }: UndrawnKeySet, chain: DrandChain): void {
  if (round === draw.round) return;
  throw new UserError(
    'other-round',
    `This is round ${round}, but the key set was committed to round ${draw.round} of ${chain.name}, and no other one may draw it.`,
    `Give round ${draw.round}.`,
  );
}

export function alreadyDrawn(path: string): UserError {
  return new UserError(
    'already-drawn',
    `The responses of ${path} are already drawn.`,
    'Use the key set as it is, or create a new one: nobody can draw the same keys twice.',
  );
}

function badRound(chain: DrandChain, { round }: DrandRound, fault: string): UserError {
  return new UserError(
    'bad-round',
    `This cannot draw as round ${round} of ${chain.name}: ${fault}.`,
    'Get the round again from one of drand’s public servers, and give its answer as it is.',
  );
}
