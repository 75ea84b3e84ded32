import { phases, type Phase } from '../../contract/phases';
import { shareDone, type Progress } from '../../contract/events';

/** The parts of an embedding, in order, as users see them. */
export const phaseNames = ['Prepare', 'Train', 'Save', 'Read back and verify'] as const;
export type PhaseName = (typeof phaseNames)[number];

/** Roughly each phase's share of a run's time. */
const shareOfPhase: Readonly<Record<PhaseName, number>> = {
  Prepare: 0.2,
  Train: 0.6,
  Save: 0.02,
  'Read back and verify': 0.18,
};

/** A piece of work as a part of a phase. */
export interface Work {
  readonly phase: PhaseName;
  /** Where in the phase it begins, 0 to 1. */
  readonly from: number;
  readonly to: number;
}

export const workOfPhase: Readonly<Partial<Record<Phase, Work>>> = {
  [phases.openingModel]: { phase: 'Prepare', from: 0, to: 0.1 },
  [phases.writingOrdinaryText]: { phase: 'Prepare', from: 0.1, to: 0.35 },
  [phases.readingOrdinaryText]: { phase: 'Prepare', from: 0.35, to: 0.55 },
  [phases.readingDirections]: { phase: 'Prepare', from: 0.55, to: 0.7 },
  [phases.tryingSteps]: { phase: 'Prepare', from: 0.7, to: 1 },
  [phases.training]: { phase: 'Train', from: 0, to: 1 },
  [phases.writingCheckpoint]: { phase: 'Save', from: 0, to: 1 },
  [phases.checkingCheckpoint]: { phase: 'Read back and verify', from: 0, to: 1 },
};

/** How much of a piece of work's phase is done after this progress. */
export function shareOfWork({ from, to }: Work, progress: Pick<Progress, 'done' | 'total' | 'part'>): number {
  return from + (to - from) * (shareDone(progress) ?? 0);
}

/** How much of a whole embedding is done, 0 to 1: the completed phases, and the part of the present one. */
export function shareAt(phase: PhaseName, partOfPhase: number): number {
  const behind = phaseNames
    .slice(0, phaseNames.indexOf(phase))
    .reduce((sum, name) => sum + shareOfPhase[name], 0);
  return Math.min(0.99, behind + partOfPhase * shareOfPhase[phase]);
}
