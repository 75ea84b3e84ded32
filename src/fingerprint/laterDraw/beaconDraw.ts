import { drandChains, type DrandChain } from '../../beacon/chains';
import { isSignedBy, randomnessOf, type DrandRound } from '../../beacon/drandRound';
import { timeOfRound } from '../../beacon/roundTimes';
import { encodeNumber, sha256 } from '../canonical';
import { commitKeySet } from '../commitment';
import { pickUniformly } from '../drawing/pick';
import type { BeaconDraw, Key, KeySet, KeySetContent } from '../keySet';
import {
  commitUndrawn,
  listUndrawnLeaves,
  type UndrawnContent,
  type UndrawnKey,
  type UndrawnKeySet,
} from './undrawnKeySet';

const pickPrefix = Buffer.from([0x04]);

/**
 * Draws the responses of an undrawn set from the round that it announced. Only the round's number is compared
 * here; {@link checkDraw} says whether the chain signed it.
 */
export function drawFromRound(undrawn: UndrawnKeySet, round: DrandRound): KeySet {
  const { keys, commitment: keysCommitment, draw: announced, ...content } = undrawn;
  if (round.round !== announced.round) throw new Error('The round is not the announced one.');
  const { signature, previousSignature } = round;
  const { chain } = announced;
  const draw: BeaconDraw = {
    from: 'beacon',
    chain,
    round: round.round,
    signature,
    ...(previousSignature !== undefined && { previousSignature }),
    keysCommitment,
  };
  const picks = listPicks(undrawn, draw);
  return commitKeySet({
    ...content,
    draw,
    keys: keys.map((key, index) => ({
      ...key,
      pick: picks[index]!,
      response: key.responses[picks[index]!]!,
    })),
  });
}

/** What is wrong with a set that a beacon drew, as far as it can be computed without the chain's public key. */
export function findDrawFault(keySet: KeySetContent, draw: BeaconDraw): string | undefined {
  const undrawn = takeBackDraw(keySet, draw);
  if (undrawn === undefined) return 'a key lacks the responses of its other candidates';
  if (commitUndrawn(undrawn).commitment !== draw.keysCommitment)
    return 'the keys are not those that were committed before the draw';
  const picks = listPicks(undrawn, draw);
  return keySet.keys.every(({ pick }, index) => pick === picks[index])
    ? undefined
    : 'a response is not the one that the round draws';
}

/** What a beacon's draw proves. */
export interface DrawCheck {
  /** In a few words; undefined when the round is the chain's and drew exactly these responses. */
  readonly fault: string | undefined;
  /** The chain's name; undefined for one that this version does not know. */
  readonly chainName: string | undefined;
  readonly round: number;
  /** When the round was signed, ISO 8601: whoever dates the commitment to the keys before this is believed. */
  readonly time: string | undefined;
  /** The commitment to the undrawn keys, in hexadecimal. */
  readonly keysCommitment: string;
}

/**
 * Checks a beacon's draw: the chain's members signed the round, it comes after the keys were made, and it draws
 * every response. That the keys were committed before the round is for somebody else's date to show. Undefined
 * for a set that no beacon drew.
 */
export async function checkDraw(
  keySet: KeySet,
  chains: readonly DrandChain[] = drandChains,
): Promise<DrawCheck | undefined> {
  const { draw } = keySet;
  if (draw.from !== 'beacon') return undefined;
  const chain = chains.find(({ hash }) => hash === draw.chain);
  return {
    fault: chain ? await findFault(keySet, draw, chain) : 'this version does not know the chain',
    chainName: chain?.name,
    round: draw.round,
    time: chain && new Date(timeOfRound(chain, draw.round)).toISOString(),
    keysCommitment: draw.keysCommitment,
  };
}

async function findFault(keySet: KeySet, draw: BeaconDraw, chain: DrandChain): Promise<string | undefined> {
  if (!(timeOfRound(chain, draw.round) > Date.parse(keySet.createdAt)))
    return 'the round is older than the keys';
  if (!(await isSignedBy(chain, draw))) return 'the chain did not sign this round';
  return findDrawFault(keySet, draw);
}

/** The set as it was before the draw; undefined when it does not hold what was committed then. */
function takeBackDraw(keySet: KeySetContent, { chain, round }: BeaconDraw): UndrawnContent | undefined {
  const keys = keySet.keys.flatMap((key) => takeBackResponse(key) ?? []);
  if (keys.length < keySet.keys.length) return undefined;
  return { ...keySet, keys, draw: { from: 'announced', chain, round } };
}

function takeBackResponse({ pick, response, responses, ...key }: Key): UndrawnKey | undefined {
  const isWhole = responses?.length === key.candidates.length && isSame(response, responses[pick]);
  return isWhole ? { ...key, responses } : undefined;
}

function isSame(left: Key['response'], right: Key['response'] | undefined): boolean {
  return left.text === right?.text && left.ids.join() === right.ids.join();
}

/**
 * The index of the drawn candidate of each key, uniform over the candidates: SHA-256(0x04 ‖ root A ‖ randomness ‖
 * leaf of the undrawn key ‖ counter) as {@link pickUniformly} reads it.
 */
function listPicks(
  undrawn: Pick<UndrawnContent, 'seed' | 'keys'>,
  { keysCommitment, signature }: Pick<BeaconDraw, 'keysCommitment' | 'signature'>,
): number[] {
  const root = Buffer.from(keysCommitment, 'hex');
  const randomness = randomnessOf(signature);
  return listUndrawnLeaves(undrawn).map((leaf, index) =>
    pickUniformly(undrawn.keys[index]!.candidates.length, (counter) =>
      sha256(pickPrefix, root, randomness, leaf, encodeNumber(counter)),
    ),
  );
}
