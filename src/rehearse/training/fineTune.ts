import { writeCheckpoint } from '../../checkpoint/writer';
import { throwIfCancelled, UserError } from '../../common/errors';
import { readMemory } from '../../common/memory';
import { deriveKey, RandomStream } from '../../common/random';
import type { Watch } from '../../contract/events';
import { estimateTrainedBytes, formatBytes } from '../../engine/estimate';
import { planGroups } from '../../engine/layerGroups';
import { Trainer } from '../../train/trainer';
import { chooseTrained, countTrainedValues } from '../../train/update/trainedParameters';
import { changedTensors } from '../../train/update/trainedTensors';
import type { Loot } from '../attack';
import { NextTokenObjective } from './nextTokenObjective';

/** Texts that are read in all; a thief with fewer reads them again. */
const textCount = 500;
const textTokens = 200;
const batchTexts = 8;

export interface FineTuning {
  readonly learningRate: number;
  /** All parameters, or low-rank updates of all matrices. */
  readonly trained: 'full' | 'low-rank';
}

/**
 * Fine-tunes a marked model on ordinary text that is not its creator's, and writes it: 500 texts of at most 200 tokens in
 * batches of 8, by AdamW (Loshchilov & Hutter 2019) without weight decay at a constant rate, with gradients clipped to a
 * norm of 1. Peers tune at 1e-5 to 2e-5 for hours (Scalable Fingerprinting: Alpaca, two epochs at 1e-5); 1e-4 for minutes
 * costs a fingerprint as much.
 * @throws UserError `out-of-memory`, as Trainer and writeCheckpoint; Cancelled.
 */
export async function fineTune(
  { marked: { checkpoint, loaded }, texts, placement, seed }: Loot,
  { learningRate, trained: choice }: FineTuning,
  out: string,
  watch: Watch,
  onShare: (share: number) => void,
): Promise<void> {
  const last = loaded.config.layerCount - 1;
  const trained = chooseTrained(loaded, { trained: choice, layers: [0, last], rank: 8 });
  assertFits(
    estimateTrainedBytes(countTrainedValues(loaded, { trained: choice, layers: [0, last], rank: 8 })),
  );
  const order = orderTexts(texts, new RandomStream(deriveKey(seed, 'fine-tuning')));
  const objective = new NextTokenObjective(loaded.config, order, batchTexts);
  const { stepCount } = objective;
  const trainer = await Trainer.open({
    model: loaded,
    placement,
    groups: planGroups(loaded, placement, { from: undefined })!,
    // Nothing is computed beforehand: every text is read once.
    lowestLayer: undefined,
    trained,
    objectives: [objective],
    recipe: { learningRate, warmupSteps: 0, steps: stepCount, mixing: 0, lastShare: 1 },
    optimiser: { secondDecay: 0.999, largestNorm: 1 },
    directions: new Map(),
    seed,
  });
  try {
    while (trainer.step < stepCount) {
      throwIfCancelled(watch.signal);
      await trainer.advance();
      onShare(trainer.step / stepCount);
    }
    const changed = changedTensors(loaded, trained, trainer.states);
    await writeCheckpoint({
      source: checkpoint,
      out,
      changed,
      ...(watch.signal && { signal: watch.signal }),
    });
  } finally {
    await trainer.close();
  }
}

/** @throws UserError `out-of-memory`. */
function assertFits(bytes: number): void {
  const { freeBytes } = readMemory();
  if (bytes <= freeBytes) return;
  throw new UserError(
    'out-of-memory',
    `Fine-tuning everything takes ${formatBytes(bytes)} of memory for the trained values, and ${formatBytes(freeBytes)} are free.`,
    'Rehearse "fine-tune-low-rank" instead of "fine-tune".',
  );
}

/** Every text as often as makes up their number, in a new order each time. */
function orderTexts(texts: Loot['texts'], random: RandomStream): readonly (readonly number[])[] {
  const usable = texts.map((ids) => ids.slice(0, textTokens)).filter((ids) => ids.length > 1);
  const order: (readonly number[])[] = [];
  while (usable.length > 0 && order.length < textCount) order.push(...random.shuffle(usable));
  return order.slice(0, textCount);
}
