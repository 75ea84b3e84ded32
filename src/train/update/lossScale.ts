import { UserError } from '../../common/errors';

/** The largest power of two that float16 can hold. */
const first = 2 ** 15;
/** After this many steps without an overflow a larger one is tried. */
const stepsToLarger = 50;

/** Factor of the loss in half precision, so that small gradients do not vanish (Micikevicius et al. 2018). */
export class LossScale {
  value = first;
  private calmSteps = 0;

  /**
   * After an overflow.
   * @throws UserError `half-precision-overflow` when no scale helps.
   */
  lower(): void {
    if (this.value <= 1) throw overflow();
    this.value /= 4;
    this.calmSteps = 0;
  }

  /** After a step without one. */
  tookStep(): void {
    if (++this.calmSteps < stepsToLarger) return;
    this.value *= 2;
    this.calmSteps = 0;
  }
}

function overflow(): UserError {
  return new UserError(
    'half-precision-overflow',
    'The numbers of this model grow too large for half precision.',
    'Run the same command with --precision single.',
  );
}
