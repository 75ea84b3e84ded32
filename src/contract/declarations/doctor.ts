import * as z from 'zod';
import { declareOperation } from '../declaration';
import { devices, deviceSchema } from '../devices';
import { tryingDevice } from '../phases';

const sizeSchema = z.number().nonnegative();

const named = { device: deviceSchema, name: z.string() };

/** The state of one device. */
const diagnosisSchema = z.discriminatedUnion('state', [
  z.object({
    ...named,
    state: z.literal('works'),
    isChosen: z.boolean(),
    /** Whether it computes correctly in half precision; not tested on the CPU, which would gain nothing. */
    half: z.boolean().optional(),
  }),
  z.object({
    ...named,
    state: z.literal('failed'),
    /** One sentence without its full stop. */
    fault: z.string(),
    /** How to fix it, in sentences. */
    fix: z.string(),
    /** The commands of the fix, to be typed into a terminal in this order. */
    commands: z.array(z.string()),
  }),
  /** `where` it is offered: "on Windows". */
  z.object({ ...named, state: z.literal('not offered'), where: z.string() }),
]);
export type Diagnosis = z.infer<typeof diagnosisSchema>;

const doctorReportSchema = z.object({
  /** Versions. */
  tool: z.string(),
  node: z.string(),
  onnxruntime: z.string(),
  platform: z.string(),
  arch: z.string(),
  /** Processor threads that this program may use. */
  threads: z.number(),
  memory: z.object({ totalBytes: sizeSchema, freeBytes: sizeSchema }),
  /** NVIDIA's cards, as far as their driver reports them. */
  cards: z.array(z.object({ name: z.string(), totalBytes: sizeSchema, freeBytes: sizeSchema })),
  /** Every device that onnxruntime knows. */
  devices: z.array(diagnosisSchema),
  /** What `auto` chooses, and why, in one sentence. */
  auto: z.object({ device: deviceSchema, reason: z.string() }),
});
export type DoctorReport = z.infer<typeof doctorReportSchema>;

/**
 * Tries every device of this machine and reports what works, what does not, and how to fix it. Installs and
 * changes nothing.
 */
export const doctor = declareOperation({
  name: 'doctor',
  title: 'device check',
  description: 'try every device of this machine and say how to fix those that fail',
  request: z.strictObject({}),
  result: doctorReportSchema,
  phases: devices.map(tryingDevice),
  traits: { runsInChild: true, isSilent: true },
});
