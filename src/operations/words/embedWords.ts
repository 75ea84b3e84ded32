import type { ProbeFindings } from '../../contract/probeFindings';
import { sayNotReady, sayWhatToDo, type FallenShort } from '../../reports/words/notReady';
import { sayProbeFindings } from '../../reports/words/probeWords';

/** The first sentences about a copy that falls short: how, and what to do. Empty for one that is done. */
export function sayFallenShort(result: FallenShort): string[] {
  return result.shortfalls.length === 0 ? [] : [`${sayNotReady(result)}.`, sayWhatToDo(result)];
}

/** The findings of the probe of the model's first steps on one line, if there was a probe. */
export function sayProbe({ probe }: { readonly probe?: ProbeFindings | undefined }): string[] {
  return probe ? [sayProbeFindings(probe)] : [];
}
