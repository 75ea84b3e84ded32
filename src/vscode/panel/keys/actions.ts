import { basename } from 'node:path';
import * as vscode from 'vscode';
import { Cancelled, UserError } from '../../../common/errors';
import { asProblem } from '../model/catalogue';
import type { PanelSession } from '../panelSession';
import { requireModel } from '../requireModel';
import { findDrawing, startDrawing, waitForDrawing } from './creation';

/** Draws a key set as planned, chooses it for the run and shows its keys. The step shows any error. */
export async function createKeySet(session: PanelSession): Promise<void> {
  const model = requireModel(session);
  const drawing = await startDrawing(session.services, model, session.modelIntent.plan);
  session.noteDrawingProblem(model, undefined);
  try {
    await waitForDrawing(session.services, drawing);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    session.noteDrawingProblem(model, asProblem(error));
    return;
  }
  if (session.isDisposed || session.intent.model !== model) return;
  session.changeIntent({ keySet: drawing.out });
  await openPreview(session, drawing.out);
}

/** Chooses a key set for the run; if its passphrase is known it is opened at once. */
export async function chooseKeySet(session: PanelSession, path: string): Promise<void> {
  requireModel(session);
  session.changeIntent({ keySet: path });
  const header = session.services.index.keySets.find((found) => found.path === path)?.header;
  // There is nothing to preview before the draw.
  if (header?.draw?.from === 'announced') return;
  if (await session.services.secrets.isUnlocked(path)) await openPreview(session, path);
}

/** Opens a key set, asking for its passphrase if necessary. */
export async function unlockKeySet(session: PanelSession, path: string): Promise<void> {
  await openPreview(session, path);
}

/** Shows the responses while the panel is visible, once the user has confirmed it; or hides them. */
export async function revealKeys(session: PanelSession, isRevealed: boolean): Promise<void> {
  const { keySet } = session.modelIntent;
  if (keySet === null) return;
  if (isRevealed) await confirmReveal(keySet);
  session.previews.setRevealed(keySet, isRevealed);
}

/** Adds the creator's own prompts to the plan of a new set. */
export async function choosePrompts(session: PanelSession): Promise<void> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: 'Choose a File with Prompts, One per Line',
      openLabel: 'Use Prompts',
    })) ?? [];
  if (file) session.changeIntent({ plan: { ...session.modelIntent.plan, promptsFile: file.fsPath } });
}

/** Ends the drawing in progress; nothing of it is kept. */
export async function cancelDrawing(session: PanelSession): Promise<void> {
  const drawing = findDrawing(session.services.runs, requireModel(session));
  if (drawing) await session.services.runs.cancel(drawing.folder);
}

async function confirmReveal(keySet: string): Promise<void> {
  const reveal = 'Reveal Responses';
  const chosen = await vscode.window.showWarningMessage(
    `Show the responses of ${basename(keySet)}?`,
    {
      modal: true,
      detail:
        'Anyone who sees keys and responses can train them away or claim them. They are hidden again when the panel is hidden.',
    },
    reveal,
  );
  if (chosen !== reveal) throw new Cancelled();
}

async function openPreview(session: PanelSession, path: string): Promise<void> {
  await session.previews.open(path, await session.findMeasuring(path));
}
