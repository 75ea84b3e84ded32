import type { ProbeFindings } from '../../contract/probeFindings';
import { sayNotReady, sayWhatToDo, type FallenShort } from '../../reports/words/notReady';
import { sayProbeFindings } from '../../reports/words/probeWords';

/** What is said before anything else of a copy that falls short: in what, and what to do. Nothing of one that is done. */
export function sayFallenShort(result: FallenShort): string[] {
  return result.shortfalls.length === 0 ? [] : [`${sayNotReady(result)}.`, sayWhatToDo(result)];
}

/** What the probe of the model's first steps found, in a line, where there was one. */
export function sayProbe({ probe }: { readonly probe?: ProbeFindings | undefined }): string[] {
  return probe ? [sayProbeFindings(probe)] : [];
}
