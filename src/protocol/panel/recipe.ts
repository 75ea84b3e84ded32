import type { Recipe } from '../../contract/recipe';
import type { RecipeEdit } from './requests';

/** What the step Recipe shows. */
export interface RecipeView {
  readonly defaults: Recipe;
  /** What the run would use: the last valid value of every field. */
  readonly values: Recipe;
  /** The content of fields whose last edit is not valid ("12a" for a number). */
  readonly typed: Readonly<Record<string, number | string | readonly number[]>>;
  readonly device: string;
  readonly devices: readonly string[];
  /** The folder to make. */
  readonly out: string;
  /** Files with the creator's own ordinary text. */
  readonly texts: readonly string[];
  /** Earlier runs of the model whose recipes can be used again: the release's short name, and the run's folder. */
  readonly earlier: readonly { readonly name: string; readonly folder: string }[];
  readonly layerCount: number;
  /** Parameters of the model, and how many of them these values train. */
  readonly parameters: number;
  readonly trainedParameters: number;
  /** By field of the recipe, or `out`: one sentence each. The page may not start a run while there are any. */
  readonly problems: Readonly<Record<string, string>>;
  readonly estimate: Estimate | null;
}

/** What a run with these values will probably need; every range states its source. */
export interface Estimate {
  readonly memoryBytes: number;
  /** With layers in groups, which is slower. */
  readonly leastMemoryBytes: number;
  readonly freeBytes: number;
  readonly seconds: { readonly likely: number; readonly low: number; readonly high: number };
  readonly secondsPerStep: number;
  /** KL in nats a token; null unless this recipe was measured, by a run of this model or by us. */
  readonly drift: { readonly likely: number; readonly low: number; readonly high: number } | null;
  readonly diskBytes: number;
  readonly freeDiskBytes: number;
  /** Empty unless this recipe was measured on models of this size. */
  readonly survives: readonly { readonly name: string; readonly chance: 'likely' | 'in part' | 'no' }[];
  /** Recipes that would fit where this one does not: a name ("layers 4 to 5"), and the edit that leads to it. */
  readonly fits: readonly {
    readonly name: string;
    readonly memoryBytes: number;
    readonly changes: RecipeEdit['changes'];
  }[];
  /** Why drift or survival are not known, in one sentence; empty where both are. */
  readonly unknown: string;
  /** "Time from 3 earlier runs on this machine, memory from sizes alone." */
  readonly source: string;
  /** The same of drift and survival; empty where neither is known. */
  readonly driftSource: string;
}
