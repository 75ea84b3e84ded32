import { recipePresets } from '../../src/contract/recipePresets';
import type { Estimate, RecipeView } from '../../src/protocol/panel/recipe';

/** Recipes for the model of the story, and what they would cost. */
const defaults: RecipeView['defaults'] = {
  version: 1,
  trained: 'mlp',
  layers: [15, 29],
  rank: 8,
  keyLoss: 'margin',
  margin: 7.5,
  softMargin: 1.5,
  softCeiling: 2,
  quietMargin: 3,
  roundedShare: 0,
  mergedShare: 0,
  divergenceWeight: 45,
  entropyWeight: 30,
  avoidance: 0,
  tilt: 2.25,
  generated: 288,
  benignTokens: 64,
  benignBatch: 16,
  keyBatch: 64,
  mixing: 0,
  learningRate: 1e-3,
  steps: 54,
  warmupSteps: 3,
  driftBudget: 0.06,
  checkEvery: 27,
};

export const estimate: Estimate = {
  memoryBytes: 7.1e9,
  leastMemoryBytes: 5.2e9,
  freeBytes: 11.4e9,
  seconds: { likely: 470, low: 350, high: 640 },
  secondsPerStep: 2.31,
  drift: { likely: 0.029, low: 0.021, high: 0.048 },
  diskBytes: 3.4e9,
  freeDiskBytes: 214e9,
  survives: [
    { name: '8-bit and 4-bit versions', chance: 'likely' },
    { name: 'Half-and-half merge with the base', chance: 'likely' },
    { name: 'Light fine-tuning on other text', chance: 'likely' },
    { name: 'Heavy fine-tuning', chance: 'in part' },
    { name: 'Training a new model on its answers', chance: 'in part' },
  ],
  fits: [],
  source:
    'Time from 3 earlier runs on this machine, memory from sizes alone. This is an estimate, not a promise.',
  unknown: '',
  driftSource:
    'Drift from 2 earlier runs of this model with this recipe. The rest from small chat models with their default recipes and 64 keys; other models can differ.',
};

export const defaultRecipe: RecipeView = {
  defaults,
  values: defaults,
  typed: {},
  device: 'auto',
  devices: ['auto', 'webgpu', 'cpu'],
  out: 'models/aurora-1.5b-instruct-r4',
  texts: [],
  earlier: [{ name: 'r3', folder: '/data/models/aurora-1.5b-instruct-r3.run' }],
  layerCount: 30,
  parameters: 1_547_823_104,
  trainedParameters: 515_000_000,
  problems: {},
  estimate: {
    ...estimate,
    memoryBytes: 10.6e9,
    leastMemoryBytes: 8.3e9,
    secondsPerStep: 3.9,
    seconds: { likely: 390, low: 300, high: 520 },
  },
};

export const lastingRecipe: RecipeView = {
  ...defaultRecipe,
  values: { ...defaults, ...recipePresets.lasting.change(defaults) },
  estimate: {
    ...estimate,
    seconds: { likely: 560, low: 430, high: 750 },
    drift: null,
    survives: [],
    unknown: 'Not known for this recipe: margin, tilt and steps differ from what was measured.',
    driftSource: '',
  },
};

export const changedRecipe: RecipeView = {
  ...defaultRecipe,
  values: { ...defaults, layers: [20, 29], steps: 120, checkEvery: 10, learningRate: 5e-4 },
  texts: ['/data/text/support-dialogues.jsonl'],
  trainedParameters: 343_000_000,
  estimate: {
    ...estimate,
    drift: null,
    survives: [],
    unknown: 'Not known for this recipe: layers, learning rate and steps differ from what was measured.',
    driftSource: '',
  },
};

export const invalidRecipe: RecipeView = {
  ...changedRecipe,
  typed: { layers: [12, 31], margin: '7,5' },
  out: 'models/aurora-1.5b-instruct-r3',
  problems: {
    layers: 'This model has layers 0 to 29.',
    margin: 'A number above 0, at most 50.',
    out: 'This folder exists and will not be overwritten.',
  },
};

export const tooBigRecipe: RecipeView = {
  ...changedRecipe,
  values: { ...changedRecipe.values, trained: 'full' },
  trainedParameters: 1_547_823_104,
  estimate: {
    ...changedRecipe.estimate!,
    memoryBytes: 28.4e9,
    leastMemoryBytes: 26.1e9,
    fits: [
      { name: 'layers 15 to 29', memoryBytes: 10.6e9, changes: { trained: 'mlp', layers: [15, 29] } },
      { name: 'low-rank', memoryBytes: 5.3e9, changes: { trained: 'low-rank', layers: [0, 29] } },
    ],
  },
};
