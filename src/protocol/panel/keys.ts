import type { KeyKind } from '../../contract/keyKinds';
import type { Problem, Stage } from './parts';
import type { KeyPlan } from './requests';

/** The rules that every key set of ours is drawn with. */
export interface KeyRules {
  readonly candidates: number;
  /** Share of probability of the nucleus, which candidates follow, 0 to 1. */
  readonly nucleus: number;
  /** The limit for a match. */
  readonly alpha: number;
  /** The most tests in a verdict: the smallest p-value is multiplied by this. */
  readonly tests: number;
}

/** What the step Keys shows. */
export interface KeysView {
  readonly plan: KeyPlan;
  readonly rules: KeyRules;
  readonly sets: readonly KeySetRow[];
  /** Path of the set that the run will use. */
  readonly chosen: string | null;
  readonly drawing: Stage | null;
  readonly problem: Problem | null;
  readonly preview: KeyPreview | null;
}

export interface KeySetRow {
  readonly path: string;
  readonly name: string;
  readonly model: string;
  /** Whether it was made for the chosen model. */
  readonly fits: boolean;
  /** Whether its responses are drawn; a public beacon draws those of some sets after they are committed. */
  readonly isDrawn: boolean;
  readonly count: number;
  /** Of these, the keys that are answered; quiet ones are only ranked. */
  readonly answering: number;
  readonly unspent: number;
  /** In hexadecimal; empty for a file that cannot be read. */
  readonly commitment: string;
  /** How often it was used: "in no release yet", "in 2 releases". */
  readonly used: string;
  /** What the set cannot show because it was imported, in one sentence; null for one that was drawn from its model. */
  readonly weakness: string | null;
  readonly createdAt: string;
  readonly problem: Problem | null;
}

export interface KeyPreview {
  /** A locked set shows only its figures. */
  readonly isLocked: boolean;
  readonly isRevealed: boolean;
  /** One sentence on how the set was made. */
  readonly sentence: string;
  readonly keys: readonly PreviewKey[];
  /** Range of the perplexities of the model's ordinary texts; null until measured. */
  readonly ordinary: { readonly low: number; readonly high: number } | null;
}

export interface PreviewKey {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** Null in a set of an earlier version, which has only one kind. */
  readonly kind: KeyKind | null;
  readonly candidates: readonly string[];
  /** The base's probability of each candidate, 0 to 1, and of the likelier words before them; null until measured. */
  readonly odds: { readonly candidates: readonly number[]; readonly likelier: readonly number[] } | null;
  /** Perplexity of the key's text under the base; null until measured. */
  readonly naturalness: number | null;
  /** Present only while revealed. */
  readonly response: string | null;
  /** The response as the base goes on with it, "Honestly, I would…"; present only while revealed, and where it was recorded. */
  readonly inSentence: string | null;
  readonly isSpent: boolean;
}
