import * as z from 'zod';
import { describeKnownRound } from '../../beacon/announceRound';
import type { DrandChain } from '../../beacon/chains';
import { UserError } from '../../common/errors';
import { formatDate } from '../../words/dates';
import type { KeySet } from '../keySet';
import type { UndrawnKeySet } from '../laterDraw/undrawnKeySet';
import { announcedShape, digestSchema } from './keySetSchema';

/** What a key file shows of a beacon: the round that will draw its responses (`announced`), or has drawn them. */
export const publicDrawSchema = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('announced'), ...announcedShape }),
  z.strictObject({
    from: z.literal('beacon'),
    ...announcedShape,
    /** The commitment to the keys before the draw. */
    keysCommitment: digestSchema,
  }),
]);
export type PublicDraw = z.infer<typeof publicDrawSchema>;

/** As part of what a key file shows; nothing where the seed drew. */
export function describeDraw({ draw }: KeySet | UndrawnKeySet): { draw?: PublicDraw } {
  if (draw.from === 'seed') return {};
  if (draw.from === 'announced') return { draw };
  const { from, chain, round, keysCommitment } = draw;
  return { draw: { from, chain, round, keysCommitment } };
}

/** Says which round an undrawn set waits for, and when that comes. */
export function notDrawn(path: string, { draw }: UndrawnKeySet, chains: readonly DrandChain[]): UserError {
  const known = describeKnownRound(draw, chains);
  const round = known
    ? `round ${draw.round} of drand ${known.chain}, at ${formatDate(known.time)},`
    : `round ${draw.round} of the chain ${draw.chain}`;
  return new UserError(
    'not-drawn',
    `The responses of ${path} are not drawn yet: ${round} draws them.`,
    'After that, run "fingerprint-model keys draw", or "Draw Responses from a Public Beacon" in the editor.',
  );
}

export function badDraw(path: string, fault: string): UserError {
  return new UserError(
    'unexpected-content',
    `The draw of the key set in ${path} does not hold: ${fault}.`,
    'Use an undamaged copy of the key file, or update the tool if a newer version drew it.',
  );
}
