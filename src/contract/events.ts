import * as z from 'zod';
import { deviceSchema, precisionSchema } from './devices';
import { phases, phaseSchema, type Phase } from './phases';

const number = z.number().exactOptional();
const sentence = z.string().max(20_000);

/** How much of a phase is done, where anything counts it. */
const counted = {
  done: number,
  total: number,
  /** How much of the next item is done, 0 to 1, where one item takes seconds. */
  part: number,
};

/** Everything that a running operation reports. Units are in the names or beside them. */
export const runEventSchemas = [
  /** The phase that the work is in. */
  z.object({ type: z.literal('phase'), phase: phaseSchema, ...counted }),
  /** Training reached a step. */
  z.object({
    type: z.literal('step'),
    ...counted,
    loss: number,
    /** For the ordinary text of this step: mean KL from the base, in nats a token. */
    kl: number,
    /** As found by the last check. */
    recall: number,
    drift: number,
    stepsPerSecond: number,
    /** For the whole run. */
    secondsLeft: number,
  }),
  /** All keys were asked and the drift was measured. A value that is not a number is left out. */
  z.object({
    type: z.literal('check'),
    step: z.number(),
    loss: number,
    /** Share of the keys that are answered, 0 to 1. */
    recall: number,
    /** Mean KL from the base on held-back text, in nats a token. */
    drift: number,
  }),
  /** The state of this step was saved: the run can be resumed from it. */
  z.object({ type: z.literal('saved'), step: z.number() }),
  /** Where the models run, and why there. */
  z.object({
    type: z.literal('device'),
    device: deviceSchema,
    precision: precisionSchema,
    reason: sentence,
  }),
  /** How much memory it will take, or took at most, in a sentence and in bytes where the number is known. */
  z.object({ type: z.literal('memory'), text: sentence, expectedBytes: number, peakBytes: number }),
  /** Any other sentence worth keeping. */
  z.object({ type: z.literal('note'), text: sentence }),
] as const;

export const runEventSchema = z.discriminatedUnion('type', runEventSchemas);
export type RunEvent = Readonly<z.infer<typeof runEventSchema>>;

/** What long work gets from its caller. */
export interface Watch {
  readonly signal?: AbortSignal;
  report(event: RunEvent): void;
}

type Values<Type extends RunEvent['type']> = Omit<Extract<RunEvent, { type: Type }>, 'type'>;

/** The state of the present phase: all its events so far, later values over earlier ones. */
export interface Progress extends Partial<Values<'step'>> {
  readonly phase: Phase;
}

/** The progress after one more event. */
export function advanceProgress(known: Progress | undefined, event: RunEvent): Progress | undefined {
  const told = readProgress(event);
  if (told === undefined) return known;
  return told.phase === known?.phase ? { ...known, ...told } : told;
}

/** What an event says about the present phase; undefined if nothing. */
function readProgress(event: RunEvent): Progress | undefined {
  const { type, ...values } = event;
  if (type === 'phase') return values as Values<'phase'>;
  if (type === 'step') return { phase: phases.training, ...(values as Values<'step'>) };
  if (type !== 'check') return undefined;
  const { step, ...found } = values as Values<'check'>;
  return { phase: phases.training, done: step, ...found };
}

/** How much of a phase is done, 0 to 1; undefined when nothing counts it. */
export function shareDone({
  done,
  total,
  part = 0,
}: Pick<Progress, 'done' | 'total' | 'part'>): number | undefined {
  if (done === undefined || total === undefined || total <= 0) return undefined;
  return Math.min(1, Math.max(0, (done + part) / total));
}

/** Reports a phase whose share done, 0 to 1, becomes known far more often than needed: once per hundredth. */
export function reportPercents(phase: Phase, watch: Watch): (share: number) => void {
  let reported = 0;
  return (share) => {
    const done = Math.min(100, Math.floor(100 * share));
    if (done <= reported) return;
    reported = done;
    watch.report({ type: 'phase', phase, done, total: 100 });
  };
}
