import type { Shortfall } from '../../contract/shortfall';
import { formatBudget, formatDriftOver } from '../../words/drift';
import { formatCount, formatOf, formatPercent } from '../../words/numbers';

/** The one phrase for a copy that falls short, wherever it is shown. */
export const notReadyWords = 'Not ready to publish';

/** What is known of a copy that falls short. */
export interface FallenShort {
  /** Empty where only the fact is known, not the figures. */
  readonly shortfalls: readonly Shortfall[];
  readonly keyCount?: number | undefined;
  /** One sentence on what to change. */
  readonly advice?: string | undefined;
}

/**
 * "Not ready to publish: its drift is 0.61 nats a token, ten times its budget of 0.06, and only 62 of 64 keys answer", without a
 * full stop.
 */
export function sayNotReady(fallenShort: FallenShort): string {
  return `${notReadyWords}: ${sayReasons(fallenShort)}`;
}

/** The reasons after that phrase: "its drift is 0.61 nats a token, ten times its budget of 0.06". */
export function sayReasons({ shortfalls, keyCount }: FallenShort): string {
  const phrases = shortfalls.map((shortfall) => sayShortfall(shortfall, keyCount));
  return phrases.length === 0 ? 'the note in its folder says why' : phrases.join(', and ');
}

/** The source of the figures in a report's first line: they are not the report's own measurement. */
export const notReadySource = 'Measured when the copy was made; the note in its folder says what to do.';

/** Every shortfall as its own sentence, with a full stop. */
export function sayEachShortfall({ shortfalls, keyCount }: FallenShort): string[] {
  return shortfalls.map((shortfall) => `${sayNotReady({ shortfalls: [shortfall], keyCount })}.`);
}

/** A shortfall without the phrase before it: "its drift is 0.61 nats a token, ten times its budget of 0.06". */
export function sayShortfall(shortfall: Shortfall, keyCount?: number): string {
  switch (shortfall.kind) {
    case 'drift':
      return sayDrift(shortfall);
    case 'recall':
      return sayRecall(shortfall, keyCount);
    case 'quiet':
      return `the drawn words of only ${formatPercent(Math.floor(shortfall.measured * 1000) / 1000, 1)} of its quiet keys rank first`;
  }
}

/** What to do about it: the run's advice, or what helps in general. */
export function sayWhatToDo({ shortfalls, advice }: FallenShort): string {
  if (advice !== undefined) return advice;
  const kinds = new Set(shortfalls.map(({ kind }) => kind));
  if (kinds.has('drift') && kinds.size > 1)
    return 'Mark the base again with fewer keys or a different recipe.';
  if (kinds.has('drift')) return 'Mark the base again with a lower learning rate, fewer steps or fewer keys.';
  if (kinds.size > 0) return 'Mark the base again with more steps or fewer keys.';
  return 'Read the note, then mark the base again or publish a different copy.';
}

function sayDrift(shortfall: Shortfall): string {
  const { measured, limit } = shortfall;
  if (Number.isNaN(measured)) return 'its drift could not be measured';
  return `its drift is ${formatDriftOver(shortfall)} nats a token, ${compareWith(measured / limit)} its budget of ${formatBudget(limit)}`;
}

/** Below twice its limit a drift is only above it; beyond that the factor is named. */
function compareWith(ratio: number): string {
  if (!(ratio >= 2 && ratio < 1e6)) return ratio >= 1e6 ? 'far over' : 'over';
  const whole = roundDown(ratio);
  return `${ratio > whole * 1.02 ? 'more than ' : ''}${nameTimes(whole)}`;
}

/** To a whole number, and above a hundred to two digits. */
function roundDown(value: number): number {
  const unit = value < 100 ? 1 : 10 ** (Math.floor(Math.log10(value)) - 1);
  return Math.floor(value / unit + 1e-9) * unit;
}

const smallNumbers = ['three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

function nameTimes(count: number): string {
  return count === 2 ? 'twice' : `${smallNumbers[count - 3] ?? formatCount(count)} times`;
}

function sayRecall({ measured }: Shortfall, keyCount: number | undefined): string {
  if (Number.isNaN(measured)) return 'its keys could not be asked';
  // Rounded down: less than all never reads as all.
  if (keyCount === undefined)
    return `only ${formatPercent(Math.floor(measured * 1000) / 1000, 1)} of its keys answer`;
  const answered = Math.min(Math.round(measured * keyCount), keyCount);
  if (answered === 0) return 'none of its keys answers';
  return `only ${formatOf(answered, keyCount)} keys answer${answered === 1 ? 's' : ''}`;
}
