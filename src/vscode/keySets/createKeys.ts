import * as vscode from 'vscode';
import { Cancelled } from '../../common/errors';
import type { BeaconWish } from '../../contract/beaconWish';
import { usualKeyCount } from '../../contract/declarations/createKeySet';
import { viewIds } from '../../ids';
import { askDraw, tellAnnounced } from './beaconCommands';
import { askInTurn, typeText, type Place } from '../commands/dialog';
import { askCheckpoint } from '../commands/questions';
import { startDrawing, waitForDrawing } from '../panel/keys/creation';
import type { Services } from '../services';
import { requireTrust } from '../trust';

const fewestKeys = 4;
const mostKeys = 4096;

interface Creation {
  readonly model: string;
  readonly count: number;
  /** Undefined where the seed draws. */
  readonly draw: BeaconWish | undefined;
}

/**
 * Asks how a new key set is to be made, and makes it.
 * @param given the model, where it is known
 * @throws Cancelled; UserError with what went wrong.
 */
export async function createKeys(services: Services, given: string | undefined): Promise<void> {
  const { out } = await makeKeys(services, given, { viewId: viewIds.keySets });
  await tellAnnounced(out);
}

/**
 * The same as part of another dialog, which continues with the new set. Drawing takes as long as the model is large, so
 * a notification shows it.
 * @returns the file of the new set
 * @throws Cancelled; UserError. A set whose responses a beacon draws later cannot be used yet, and ends the dialog.
 */
export async function createKeysFor(services: Services, model: string | undefined): Promise<string> {
  const { out, draw } = await makeKeys(services, model, vscode.ProgressLocation.Notification);
  if (draw === undefined) return out;
  await tellAnnounced(out);
  throw new Cancelled();
}

async function makeKeys(
  services: Services,
  given: string | undefined,
  location: vscode.ProgressOptions['location'],
): Promise<{ readonly out: string; readonly draw: BeaconWish | undefined }> {
  requireTrust();
  const { model, count, draw } = await askCreation(services, given);
  const plan = { count, responseLength: 1, soft: 0, quiet: 0, promptsFile: null };
  const drawing = await startDrawing(services, model, plan, draw);
  await vscode.window.withProgress({ location, title: 'Creating the key set' }, () =>
    waitForDrawing(services, drawing),
  );
  return { out: drawing.out, draw };
}

function askCreation({ index }: Services, given: string | undefined): Promise<Creation> {
  const askModel = async (_before: unknown, place: Place): Promise<Partial<Creation>> => ({
    model: await askCheckpoint(index, place, 'Which model do you want to mark?'),
  });
  return askInTurn<Creation>(
    'Create Key Set',
    [
      ...(given === undefined ? [askModel] : []),
      async (_before, place) => ({
        count: Number(
          await typeText(place, {
            prompt: 'How many keys? More keys prove more and survive more; they change the model more.',
            value: String(usualKeyCount),
            findFault: findFaultOfCount,
          }),
        ),
      }),
      async (_before, place) => ({ draw: await askDraw(place) }),
    ],
    given === undefined ? {} : { model: given },
  );
}

function findFaultOfCount(text: string): string | undefined {
  const count = Number(text);
  return /^\d+$/.test(text) && count >= fewestKeys && count <= mostKeys
    ? undefined
    : `A whole number from ${fewestKeys} to ${mostKeys}.`;
}
