import type { PreparedSequence } from '../train/sequences';
import type { Marking } from './marking';
import type { TextFigures } from './objectives/benignObjective';

/** The effect of one step from the start of a run. */
export interface FirstStep extends Pick<TextFigures, 'divergence' | 'stateShift'> {
  /** How far the mean margin of the keys grows, in nats. */
  readonly gain: number;
}

/** Tries one step in the layers from `firstLayer` on, and undoes it. */
export type TryStep = (learningRate: number, firstLayer: number) => Promise<FirstStep>;

/** Tries of first steps. */
interface Trial {
  /** The mean margin of the keys before any step, in nats. */
  readonly margin: number;
  /** Mean entropy of the base's predictions on ordinary text, in nats. */
  readonly entropy: number;
  readonly step: TryStep;
}

/**
 * Computes the gradients of the first step, so that it can be tried at several rates and in several ranges of
 * layers. Every try starts with Adam's first step and ends at the start of the run.
 */
export async function startTrial(
  { trainer, keys, text }: Marking,
  texts: readonly PreparedSequence[],
): Promise<Trial> {
  const look = async (): Promise<TextFigures & Pick<Trial, 'margin'>> => {
    const { margins } = await keys.measure(trainer);
    const margin = margins.reduce((sum, value) => sum + value, 0) / margins.length;
    return { margin, ...(await text.measure(trainer, texts, 'start')) };
  };
  await trainer.findGradients();
  const before = await look();
  const step: TryStep = async (learningRate, firstLayer) => {
    const { margin, divergence, stateShift } = await trainer.tryStep({ learningRate, firstLayer }, look);
    return { gain: margin - before.margin, divergence, stateShift };
  };
  return { margin: before.margin, entropy: before.entropy, step };
}
