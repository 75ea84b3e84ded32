import { basename } from 'node:path';
import type { PanelAction, StateRow } from '../../../protocol/panel/parts';
import { type FallenShort, sayNotReady } from '../../../reports/words/notReady';
import { formatOf } from '../../../words/numbers';
import { describeReleaseDrift, findReleaseDrift } from '../../runs/ends/releaseDrift';
import { findReleases, type RunSources } from '../modelRuns';
import { countAnswered } from '../report/show';

/** The marked releases of a model that still exist, the newest first. */
export async function listReleases(sources: RunSources, model: string): Promise<StateRow[]> {
  const { index, catalogue, keyCounts } = sources;
  const rows: StateRow[] = [];
  for await (const { run, keys, out, result } of findReleases(sources, model)) {
    const verdict = index.verdictOf(out)?.report.verdict.kind;
    const keyCount = await keyCounts.count(keys);
    const drift = findReleaseDrift(run, index.driftOf(out)?.report)!;
    const fallenShort = (await catalogue.describe(out)).described?.facts.notReady;
    if (fallenShort) {
      rows.push(showNotReady(out, run.folder, { keyCount, ...fallenShort }));
      continue;
    }
    rows.push({
      state: verdict === undefined || verdict === 'undetermined' ? 'unknown' : verdict,
      name: basename(out),
      detail: `${formatOf(countAnswered({ result, keyCount }), keyCount)} keys, ${describeReleaseDrift(drift)}${verdict === undefined ? ', not verified yet' : ''}`,
      action: openRelease(out, run.folder),
    });
  }
  return rows;
}

/** A click shows the release's own run and report. */
function openRelease(out: string, folder: string): PanelAction {
  return { title: basename(out), request: { type: 'showRun', folder, step: 'report' } };
}

function showNotReady(out: string, folder: string, fallenShort: FallenShort): StateRow {
  return {
    state: 'warning',
    name: basename(out),
    detail: `${sayNotReady(fallenShort)}.`,
    action: openRelease(out, folder),
  };
}
