import { basename } from 'node:path';
import * as vscode from 'vscode';
import { describeKnownRound } from '../../beacon/announceRound';
import { drandHosts } from '../../beacon/fetchRound';
import type { BeaconWish } from '../../contract/beaconWish';
import type { RequestOf } from '../../contract/declaration';
import type { drawResponses as declaration } from '../../contract/declarations/drawResponses';
import { readKeyFilePublic } from '../../fingerprint/keyFile/keyFile';
import type { AnnouncedRound } from '../../fingerprint/keySet';
import { isUndrawn } from '../../fingerprint/laterDraw/undrawnKeySet';
import { commandIds, viewIds } from '../../ids';
import { alreadyDrawn, drawResponses } from '../../operations/keySets/drawResponses';
import { formatDate } from '../../words/dates';
import type { Services } from '../services';
import { requireTrust } from '../trust';
import { pickOne, type Place } from '../commands/dialog';
import type { Handlers } from '../commands/handlers';
import { askFile, askKeySet, confirm } from '../commands/questions';
import { pathOf } from '../commands/targets';

type Source = RequestOf<typeof declaration>['source'];

const place: Place = { title: 'Draw Responses from a Public Beacon', step: 1, totalSteps: 1 };

/** The command that draws the responses of an undrawn key set. */
export function beaconCommands(services: Services): Partial<Handlers> {
  return {
    [commandIds.drawResponses]: async (given) => {
      requireTrust();
      await draw(
        services,
        pathOf('keySet', given) ?? (await askKeySet(services.index, place, 'Which key set?')),
      );
    },
  };
}

async function draw({ index, secrets }: Services, keys: string): Promise<void> {
  const { keySet, passphrase } = await secrets.unlockAny(keys);
  if (!isUndrawn(keySet)) throw alreadyDrawn(keys);
  const source = await askSource(keySet.draw);
  const { count, drawnBy } = await vscode.window.withProgress({ location: { viewId: viewIds.keySets } }, () =>
    drawResponses({ keys, source }, { passphrase }),
  );
  await index.refresh();
  void vscode.window.showInformationMessage(
    `Round ${drawnBy.round} of drand ${drawnBy.chain} drew the responses of ${count} keys in ${basename(keys)}.`,
  );
}

/**
 * Asks for the round: a file, or the network, which is used only after the user has read who is asked for what.
 * @throws Cancelled.
 */
async function askSource(announced: AnnouncedRound): Promise<Source> {
  const known = describeKnownRound(announced);
  const round = known
    ? `round ${known.round} of drand ${known.chain} (${formatDate(known.time)})`
    : `round ${announced.round}`;
  const kind = await pickOne<Source['kind']>(place, `Where is ${round}?`, [
    {
      label: '$(file) Choose File…',
      detail: 'The answer of one of drand’s servers, saved on any computer',
      value: 'file',
    },
    {
      label: '$(cloud-download) Fetch…',
      detail: `From ${drandHosts.join(' or ')}, over the network`,
      value: 'network',
    },
  ]);
  if (kind === 'file')
    return { kind, path: await askFile(`Choose a File with Round ${announced.round}`, { JSON: ['json'] }) };
  await confirm(
    `Fetch ${round} from ${drandHosts[0]}?`,
    `If it does not answer, ${drandHosts.slice(1).join(', then ')} is asked. The server learns the address of this computer and the number of the round, and nothing of your keys or models.`,
    'Fetch',
  );
  return { kind };
}

/**
 * Asks what draws the responses of a new key set.
 * @param otherwise what happens without a beacon, as a choice
 * @returns undefined where no beacon draws
 * @throws Cancelled.
 */
export function askDraw(place: Place, otherwise = 'The secret seed, now'): Promise<BeaconWish | undefined> {
  const beacon = (label: string, detail: string, waitMinutes: number) => ({
    label: `$(broadcast) ${label}`,
    detail,
    value: { chain: 'quicknet', waitMinutes } satisfies BeaconWish,
  });
  return pickOne<BeaconWish | undefined>(place, 'What draws the responses?', [
    { label: `$(key) ${otherwise}`, detail: 'Nothing else is needed.', value: undefined },
    beacon(
      'A public beacon, in a minute',
      'Nobody can say that you chose them. Publish the commitment at once, with a date that others can check.',
      1,
    ),
    beacon('A public beacon, in a day', 'The same, with a day to have the commitment dated.', 24 * 60),
  ]);
}

/** Says of an undrawn key set what has to be published, and until when. */
export async function tellAnnounced(path: string): Promise<void> {
  const { draw, commitment } = await readKeyFilePublic(path);
  const known = draw?.from === 'announced' ? describeKnownRound(draw) : undefined;
  if (!known) return;
  const copy = 'Copy Commitment';
  // Not awaited: the message may stay for as long as the user likes.
  void vscode.window
    .showInformationMessage(
      `Publish the commitment of ${basename(path)} with a date before ${formatDate(known.time)}. Afterwards draw its responses from the public beacon.`,
      copy,
    )
    .then(async (chosen) => {
      if (chosen === copy) await vscode.env.clipboard.writeText(commitment);
    });
}
