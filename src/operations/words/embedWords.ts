import type { ResultOf } from '../../contract/declaration';
import type { embed } from '../../contract/declarations/embed';
import type { ProbeFindings } from '../../contract/probeFindings';
import { sayNotReady, sayWhatToDo, type FallenShort } from '../../reports/words/notReady';
import { sayProbeFindings } from '../../reports/words/probeWords';
import { formatDriftInNats } from '../../words/drift';
import { formatSignedPercent } from '../../words/numbers';

/** The first sentences about a copy that falls short: how, and what to do. Empty for one that is done. */
export function sayFallenShort(result: FallenShort): string[] {
  return result.shortfalls.length === 0 ? [] : [`${sayNotReady(result)}.`, sayWhatToDo(result)];
}

/** What marking cost on the text that the run held back: the drift of its budget, then the change in loss. */
export function sayCost({
  drift,
  driftBudget,
}: Pick<ResultOf<typeof embed>, 'drift' | 'driftBudget'>): string {
  const figure = formatDriftInNats({ kl: drift.kl, budget: driftBudget });
  return `Drift from the base on held-back text: ${figure}; the loss changed by ${formatSignedPercent(drift.lossRise, 2)}.`;
}

/** The findings of the probe of the model's first steps on one line, if there was a probe. */
export function sayProbe({ probe }: { readonly probe?: ProbeFindings | undefined }): string[] {
  return probe ? [sayProbeFindings(probe)] : [];
}

/** That a finished copy has no record in its key file, and the command that adds it; empty where it has one. */
export function sayRecordMissing(
  { recordMissing }: { readonly recordMissing?: string | undefined },
  runFolder: string,
): string[] {
  if (recordMissing === undefined) return [];
  return [
    `The copy is done, but its record is missing from the key file: ${recordMissing} Add it with "fingerprint-model runs resume ${runFolder}".`,
  ];
}

/** Why a file of the base is missing from the copy. */
export function sayLinkLeftOut(name: string): string {
  return `Not in the copy: ${name} is a link that leads out of the base's folder.`;
}
