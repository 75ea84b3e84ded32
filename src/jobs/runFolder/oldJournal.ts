import * as z from 'zod';
import { devices } from '../../contract/devices';
import type { RunEvent } from '../../contract/events';
import { phases } from '../../contract/phases';
import { formerDeviceNames } from '../../words/devices';
import { findPhase } from '../../words/phases';

/*
 * The first journals had one kind of line, with the phase in words, and the device of a run was a note. A
 * save did not record its step: only the step of a check is still known.
 */

const number = z.number().exactOptional();

const progressSchema = z.object({
  phase: z.string(),
  done: number,
  total: number,
  part: number,
  loss: number,
  recall: number,
  drift: number,
  distance: number,
  checkedStep: number,
  stepsPerSecond: number,
  secondsLeft: number,
});
type OldProgress = z.infer<typeof progressSchema>;

const lineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), progress: progressSchema }),
  z.object({ type: z.literal('note'), text: z.string() }),
]);

const devicePrefix = 'Device: ';

/** The events of a line that only an older version writes; none for any other line. */
export function readOldLine(line: unknown): RunEvent[] {
  const old = lineSchema.safeParse(line).data;
  if (old === undefined) return [];
  return old.type === 'note' ? readOldNote(old.text) : readOldProgress(old.progress);
}

function readOldNote(text: string): RunEvent[] {
  if (!text.startsWith(devicePrefix)) return [];
  const reason = text.slice(devicePrefix.length);
  const device = devices.find((name) => reason.startsWith(formerDeviceNames[name]));
  return device ? [{ type: 'device', device, precision: 'single', reason }] : [{ type: 'note', text }];
}

function readOldProgress({ phase: words, checkedStep, distance, ...values }: OldProgress): RunEvent[] {
  const phase = findPhase(words);
  const { done, total, part, loss, recall, drift } = values;
  const counted = {
    ...(done !== undefined && { done }),
    ...(total !== undefined && { total }),
    ...(part !== undefined && { part }),
  };
  if (phase !== phases.training) return phase ? [{ type: 'phase', phase, ...counted }] : [];
  const step: RunEvent = { type: 'step', ...values, ...(distance !== undefined && { kl: distance }) };
  if (checkedStep === undefined) return [step];
  const found = {
    ...(loss !== undefined && { loss }),
    ...(recall !== undefined && { recall }),
    ...(drift !== undefined && { drift }),
  };
  return [step, { type: 'saved', step: checkedStep }, { type: 'check', step: checkedStep, ...found }];
}
