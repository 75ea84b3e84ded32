import { pickOne } from '../../commands/dialog';
import { describeState, nameReleaseOf } from '../../runs/runNames';
import { listEmbeddings } from '../modelRuns';
import type { PanelSession } from '../panelSession';
import { requireModel } from '../requireModel';

/**
 * Lets the user pick among all runs of the chosen model, which may be too many for a switch.
 * @throws Cancelled; UserError `no-model`.
 */
export async function chooseRun(session: PanelSession): Promise<void> {
  const model = requireModel(session);
  const folder = await pickOne(
    { title: 'Releases of This Model', step: 1, totalSteps: 1 },
    'Which run do you want to see?',
    listEmbeddings(session.services, model).map(({ run, ...embed }) => ({
      label: nameReleaseOf(embed),
      description: describeState(run),
      detail: run.folder,
      value: run.folder,
    })),
  );
  session.showRun(folder);
}
