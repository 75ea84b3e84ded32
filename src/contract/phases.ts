import * as z from 'zod';
import { devices, type Device } from './devices';

/** The phases of operations. Journals hold these names; the words that people read are in words/phases. */
export const phases = {
  openingModel: 'opening-model',
  openingModels: 'opening-models',
  measuringOrdinaryText: 'measuring-ordinary-text',
  drawingKeys: 'drawing-keys',
  drawingNeutralPrompts: 'drawing-neutral-prompts',
  readingOn: 'reading-on',
  writingOrdinaryText: 'writing-ordinary-text',
  readingOrdinaryText: 'reading-ordinary-text',
  readingDirections: 'reading-directions',
  tryingSteps: 'trying-steps',
  training: 'training',
  writingCheckpoint: 'writing-checkpoint',
  checkingCheckpoint: 'checking-checkpoint',
  askingModel: 'asking-model',
  askingBase: 'asking-base',
  askingSuspect: 'asking-suspect',
  askingSuspectByText: 'asking-suspect-by-text',
  measuringDrift: 'measuring-drift',
  roundingBase: 'rounding-base',
  comparing: 'comparing',
  askingTasks: 'asking-tasks',
  askingInstructions: 'asking-instructions',
  continuingTexts: 'continuing-texts',
  rehearsing: 'rehearsing',
  tryingDevices: 'trying-devices',
  readingWeights: 'reading-weights',
  computingDigest: 'computing-digest',
} as const;

/** Trying one device after another. */
export function tryingDevice<Name extends Device>(device: Name): `trying-${Name}` {
  return `trying-${device}`;
}

export const phaseSchema = z.enum([...Object.values(phases), ...devices.map(tryingDevice)]);
export type Phase = z.infer<typeof phaseSchema>;
