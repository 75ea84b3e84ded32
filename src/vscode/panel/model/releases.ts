import { basename } from 'node:path';
import type { StateRow } from '../../../protocol/panel/parts';
import { type FallenShort, sayNotReady } from '../../../reports/words/notReady';
import { formatOf, formatSignedPercent } from '../../../words/numbers';
import { findReleases, type RunSources } from '../modelRuns';
import { countAnswered } from '../report/show';

/** The marked releases of a model that still exist, the newest first. */
export async function listReleases(sources: RunSources, model: string): Promise<StateRow[]> {
  const { index, catalogue, keyCounts } = sources;
  const rows: StateRow[] = [];
  for await (const { keys, out, result } of findReleases(sources, model)) {
    const verdict = index.verdictOf(out)?.report.verdict.kind;
    const keyCount = await keyCounts.count(keys);
    const rise = index.driftOf(out)?.report.lossRise.value ?? result.drift.lossRise;
    const fallenShort = (await catalogue.describe(out)).described?.facts.notReady;
    if (fallenShort) {
      rows.push(showNotReady(out, { keyCount, ...fallenShort }));
      continue;
    }
    rows.push({
      state: verdict === undefined || verdict === 'undetermined' ? 'unknown' : verdict,
      name: basename(out),
      detail: `${formatOf(countAnswered({ result, keyCount }), keyCount)} keys, drift ${formatSignedPercent(rise, 2)}${verdict === undefined ? ', not verified yet' : ''}`,
      action: { title: basename(out), request: { type: 'openPath', path: out } },
    });
  }
  return rows;
}

function showNotReady(out: string, fallenShort: FallenShort): StateRow {
  const name = basename(out);
  return {
    state: 'warning',
    name,
    detail: `${sayNotReady(fallenShort)}.`,
    action: { title: name, request: { type: 'openPath', path: out } },
  };
}
