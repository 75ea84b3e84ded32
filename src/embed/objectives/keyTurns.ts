import type { RandomStream } from '../../common/random';

/** Steps for which a learned key is left alone. */
const restSteps = 4;

/**
 * Decides whose turn it is. A learned key adds nothing to the loss, so it rests for some steps and is then
 * checked again; the others come as often as the batch allows, those that have waited longest first.
 */
export class KeyTurns {
  /** The step at which each key is due again. */
  readonly dueAt: number[];

  constructor(count: number) {
    this.dueAt = new Array<number>(count).fill(0);
  }

  /** Indices of at most `size` keys that are due; the longest-waiting first, drawn at random where the wait is equal. */
  take(step: number, size: number, random: RandomStream): number[] {
    const due = random.shuffle(this.dueAt.map((_, key) => key)).filter((key) => this.dueAt[key]! <= step);
    return due.sort((a, b) => this.dueAt[a]! - this.dueAt[b]!).slice(0, size);
  }

  /** Records a key's result at this step. */
  settle(key: number, step: number, isLearned: boolean): void {
    this.dueAt[key] = step + (isLearned ? 1 + restSteps : 1);
  }
}
