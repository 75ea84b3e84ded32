import type { Recipe } from './recipe';

/*
 * Recipes by their purpose, for somebody who does not want to choose values. Each is a change of the model's
 * own defaults, so that it suits models of every size. What they do was measured: docs/recipes.md.
 */

export const presetNames = ['gentle', 'balanced', 'lasting'] as const;
export type PresetName = (typeof presetNames)[number];

interface Preset {
  readonly title: string;
  /** One sentence on what it is for, and what that costs. */
  readonly why: string;
  /** The values that differ from the model's defaults. */
  readonly change: (defaults: Recipe) => Partial<Recipe>;
}

export const recipePresets: Readonly<Record<PresetName, Preset>> = {
  gentle: {
    title: 'Gentle',
    why: 'Changes the model least. The mark gives way sooner when a copy is compressed or merged.',
    change: ({ margin, divergenceWeight, tilt, driftBudget }) => ({
      margin: scale(margin, 0.6),
      divergenceWeight: Math.min(1e6, scale(divergenceWeight, 2)),
      ...(tilt > 0 && { tilt: scale(tilt, 0.5) }),
      driftBudget: scale(driftBudget, 0.5),
    }),
  },
  balanced: {
    title: 'Balanced',
    why: 'The defaults for this model: as much of a mark as its drift budget pays for.',
    change: () => ({}),
  },
  lasting: {
    title: 'Lasting',
    why: 'Survives more compression and merging. Takes longer, and drifts more within the same budget.',
    change: ({ margin, steps, tilt }) => ({
      margin: Math.min(50, scale(margin, 1.5)),
      steps: Math.min(1_000_000, Math.round(1.5 * steps)),
      ...(tilt > 0 && { tilt: Math.min(10, scale(tilt, 1.25)) }),
    }),
  },
};

/** The preset whose values these are; undefined for values of the user's own. */
export function findPreset(defaults: Recipe, values: Recipe): PresetName | undefined {
  const wanted = JSON.stringify(Object.entries(values).sort());
  return presetNames.find(
    (name) =>
      JSON.stringify(Object.entries({ ...defaults, ...recipePresets[name].change(defaults) }).sort()) ===
      wanted,
  );
}

/** To two digits, as a person would write it. */
function scale(value: number, factor: number): number {
  return Number((value * factor).toPrecision(2));
}
