import * as vscode from 'vscode';
import { embed } from '../../../contract/declarations/embed';
import { UserError } from '../../../common/errors';
import type { Recipe } from '../../../contract/recipe';
import { listChanges } from '../../../protocol/checkRecipe';
import { runFolderOf } from '../../../jobs/checkpointRun';
import { requireTrust } from '../../trust';
import type { PanelSession } from '../panelSession';
import { requireModel } from '../requireModel';
import { checkIntent } from './gather';
import { findOutProblem, proposeOut, resolveOut } from './outFolder';
import { openRecipeDocument, writeRecipe } from './recipeFile';

/** The values of the chosen model's recipe. */
interface CheckedIntent {
  readonly defaults: Recipe;
  readonly values: Recipe;
  readonly problems: Readonly<Record<string, string>>;
}

/** Starts an embedding with what the panel shows, and opens the step Run. */
export async function startRun(session: PanelSession): Promise<void> {
  requireTrust();
  const model = requireModel(session);
  const keySet = requireKeySet(session);
  const { services, modelIntent } = session;
  const { defaults, values, problems } = await checkModelIntent(session);
  const typed = modelIntent.out ?? (await proposeOut(model));
  refuseProblems({ ...problems, ...(await describeOutProblem(model, typed)) });
  const { passphrase } = await services.secrets.unlock(keySet);
  const out = resolveOut(model, typed);
  // They travel inside the request: a file beside the output would remain when the run is discarded.
  const changes = listChanges(defaults, values);
  session.showRun(runFolderOf(out), 'run');
  await services.runs.start(
    embed,
    {
      model,
      keys: keySet,
      out,
      ...(Object.keys(changes).length > 0 && { recipe: changes }),
      ...(modelIntent.texts.length > 0 && { text: modelIntent.texts }),
      ...services.settings.placement(),
      ...(modelIntent.device !== null && { device: modelIntent.device }),
      resume: false,
    },
    { passphrase },
    runFolderOf(out),
  );
}

/** Shows the recipe as a file, ready to be saved. */
export async function openRecipe(session: PanelSession): Promise<void> {
  const { defaults, values } = await checkModelIntent(session);
  const text = writeRecipe(defaults, values);
  await openRecipeDocument(requireModel(session), text, vscode.ViewColumn.Beside);
}

/** Adds files with the creator's own ordinary text to the recipe. */
export async function chooseTexts(session: PanelSession): Promise<void> {
  const files = await vscode.window.showOpenDialog({
    title: 'Choose Files with Your Own Ordinary Text',
    openLabel: 'Use Texts',
    canSelectMany: true,
  });
  if (files) session.changeIntent({ texts: files.map(({ fsPath }) => fsPath) });
}

async function checkModelIntent(session: PanelSession): Promise<CheckedIntent> {
  const model = await session.describeChosen();
  if (!model?.described)
    throw new UserError(
      'no-model',
      model?.problem?.message ?? 'No model is chosen.',
      model?.problem?.next ?? 'Choose one in the Model step.',
    );
  const { defaults, checked } = checkIntent(model.described, session.modelIntent, session.keyCount);
  return { defaults, values: checked.values, problems: checked.problems };
}

async function describeOutProblem(model: string, typed: string): Promise<Record<string, string>> {
  const problem = await findOutProblem(model, typed);
  return problem === undefined ? {} : { out: problem };
}

function refuseProblems(problems: Readonly<Record<string, string>>): void {
  const [first] = Object.values(problems);
  if (first === undefined) return;
  throw new UserError(
    'bad-recipe',
    `The recipe has a value that cannot be used: ${first}`,
    'Correct it in the Recipe step.',
  );
}

function requireKeySet(session: PanelSession): string {
  const { keySet } = session.modelIntent;
  if (keySet !== null) return keySet;
  throw new UserError('no-key-set', 'No key set is chosen.', 'Create or choose one in the Keys step.');
}
