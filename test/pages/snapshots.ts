import type { KeysView } from '../../src/protocol/panel/keys';
import type { RecipeView } from '../../src/protocol/panel/recipe';
import type { ReportView } from '../../src/protocol/panel/report';
import type { RunView } from '../../src/protocol/panel/run';
import type { PanelSnapshot, RunChoice } from '../../src/protocol/panel/snapshot';
import type { StepName } from '../../src/protocol/panel/requests';
import { aurora, foundModels, manyModels, previewKeys, rules, sets, unmeasuredKeys } from './modelStory';
import { changedRecipe, defaultRecipe, invalidRecipe, lastingRecipe, tooBigRecipe } from './recipeStory';
import {
  cancelled,
  done,
  doneShort,
  interrupted,
  loadingAgain,
  neverBegan,
  outOfMemory,
  paused,
  release,
  releaseShort,
  running,
  starting,
} from './runStory';

const noKeys: KeysView = {
  plan: { count: 64, responseLength: 1, soft: 0, quiet: 0, promptsFile: null },
  rules,
  sets: [],
  chosen: null,
  drawing: null,
  problem: null,
  preview: null,
};
const masked: KeysView = {
  ...noKeys,
  sets: sets.slice(0, 1),
  chosen: sets[0]!.path,
  preview: previewKeys({ isRevealed: false }),
};

const noRun: RunView = {
  ...starting,
  state: 'none',
  folder: null,
  stage: null,
  phases: [],
  facts: [],
  log: [],
  elapsedSeconds: null,
};
const noReport: ReportView = { release: null };

type Steps = PanelSnapshot['steps'];

const open: Steps = {
  model: { state: 'open', words: 'None chosen' },
  keys: { state: 'open', words: 'None chosen' },
  recipe: { state: 'open', words: 'Defaults' },
  run: { state: 'open', words: 'Not started' },
  report: { state: 'open', words: 'None yet' },
};
const withModel: Steps = { ...open, model: { state: 'ready', words: 'Ready' } };
const withKeys: Steps = { ...withModel, keys: { state: 'ready', words: '64, in no release' } };
const withRecipe: Steps = { ...withKeys, recipe: { state: 'ready', words: '4 changes' } };

const empty: PanelSnapshot = {
  sequence: 1,
  step: 'model',
  isTrusted: true,
  heading: null,
  steps: open,
  model: { found: [], chosen: null },
  keys: noKeys,
  recipe: null,
  run: noRun,
  report: noReport,
};

const auroraRuns = (['r4', 'r3', 'r2', 'r1'] as const).map((name): RunChoice => ({
  folder: `/data/models/aurora-1.5b-instruct-${name}.run`,
  name,
  state: name === 'r4' ? 'running' : name === 'r1' ? 'warning' : 'ready',
  words: name === 'r4' ? '62 %, about 3 min left' : '9 Sep, 7 min',
  isShown: name === 'r4',
}));

const chosen: PanelSnapshot = {
  ...empty,
  heading: {
    title: 'aurora-1.5b-instruct',
    nextRelease: 'r5',
    runs: auroraRuns,
    hasMoreRuns: false,
    facts: ['models/aurora-1.5b-instruct', 'llama, 1.55 B parameters', 'BF16, 3.1 GB'],
  },
  steps: withModel,
  model: { found: foundModels.slice(0, 1), chosen: aurora },
  recipe: defaultRecipe,
};

function keysStep(
  keys: KeysView,
  words: string,
  state: Steps['keys']['state'] = keys.chosen === null ? 'open' : 'ready',
): PanelSnapshot {
  return { ...chosen, step: 'keys', keys, steps: { ...withModel, keys: { state, words } } };
}

function recipeStep(recipe: RecipeView, state: 'ready' | 'open' | 'failed', words: string): PanelSnapshot {
  return {
    ...chosen,
    step: 'recipe',
    keys: masked,
    recipe,
    steps: { ...withKeys, recipe: { state, words } },
  };
}

function runStep(
  run: RunView,
  state: Steps['run']['state'],
  words: string,
  step: StepName = 'run',
): PanelSnapshot {
  const runs = auroraRuns.map((choice, i) => (i === 0 ? { ...choice, state, words } : choice));
  return {
    ...chosen,
    heading: {
      ...chosen.heading!,
      runs: run.state === 'none' ? runs.map((choice) => ({ ...choice, isShown: false })) : runs,
    },
    step,
    keys: masked,
    recipe: changedRecipe,
    run,
    steps: { ...withRecipe, run: { state, words } },
  };
}

const finished = runStep(done, 'ready', 'Done in 6 min 28 s', 'report');
const notReadySteps: Steps = {
  ...withRecipe,
  run: { state: 'warning', words: 'Not ready to publish' },
  report: { state: 'warning', words: 'Not ready to publish' },
};

/** One snapshot for every state of the panel, by the name of its picture. */
export const snapshots: Readonly<Record<string, PanelSnapshot>> = {
  'model-empty': empty,
  model: chosen,
  'model-unsupported': {
    ...chosen,
    heading: {
      title: 'quark-7b',
      nextRelease: null,
      runs: [],
      hasMoreRuns: false,
      facts: ['downloads/quark-7b', 'gemma3'],
    },
    steps: { ...open, model: { state: 'failed', words: 'Not supported' } },
    recipe: null,
    model: {
      found: [...foundModels.slice(0, 2)],
      chosen: {
        ...aurora,
        path: '/data/downloads/quark-7b',
        problem: {
          message: 'Models of the family gemma3 are not supported yet',
          next: 'Choose a llama, mistral, qwen2 or qwen3 checkpoint. Nothing in this folder was changed.',
        },
        facts: [],
        digest: null,
        checks: [],
        devices: [],
        releases: [],
      },
    },
  },
  'model-restricted': { ...chosen, isTrusted: false },
  'model-choice': { ...empty, model: { found: foundModels, chosen: null } },
  'model-choice-many': { ...empty, model: { found: manyModels, chosen: null } },
  'model-many': { ...chosen, model: { found: manyModels, chosen: aurora } },
  'keys-none': keysStep(noKeys, 'None chosen'),
  keys: keysStep(masked, '64, in no release'),
  'keys-unmeasured': keysStep({ ...masked, preview: unmeasuredKeys() }, '64, in no release'),
  'keys-revealed': keysStep({ ...masked, preview: previewKeys({ isRevealed: true }) }, '64, in no release'),
  'keys-saved': keysStep({ ...masked, sets }, '64, in no release'),
  'keys-locked': keysStep(
    {
      ...masked,
      sets,
      preview: {
        isLocked: true,
        isRevealed: false,
        sentence: 'The set is locked: its passphrase shows the keys.',
        keys: [],
        ordinary: null,
      },
    },
    '64, locked',
  ),
  'keys-other-model': keysStep(
    { ...masked, sets, chosen: sets[3]!.path, preview: null },
    'For another model',
  ),
  'keys-drawing': keysStep(
    { ...noKeys, drawing: { phase: 'drawing keys', done: 23, total: 64 } },
    'Drawing 23 of 64',
    'running',
  ),
  'keys-few': keysStep(
    {
      ...noKeys,
      plan: { count: 6, responseLength: 1, soft: 2, quiet: 0, promptsFile: '/data/text/questions.txt' },
    },
    'None chosen',
  ),
  'recipe-default': recipeStep(defaultRecipe, 'open', 'Defaults'),
  'recipe-lasting': recipeStep(lastingRecipe, 'ready', 'Lasting'),
  recipe: recipeStep(changedRecipe, 'ready', '4 changes'),
  'recipe-invalid': recipeStep(invalidRecipe, 'failed', '3 values to correct'),
  'recipe-too-big': recipeStep(tooBigRecipe, 'failed', 'Does not fit'),
  'run-none': runStep(noRun, 'open', 'Not started'),
  'run-missing': { ...runStep(noRun, 'open', 'Not started'), keys: noKeys, recipe: invalidRecipe },
  'run-starting': runStep(starting, 'running', 'Starting'),
  run: runStep(running, 'running', '62 %, 3 min left'),
  'run-loading-again': runStep(loadingAgain, 'running', '62 %, loading again'),
  'run-never-began': runStep(neverBegan, 'failed', 'Stopped: made for another model'),
  'run-paused': runStep(paused, 'paused', 'Paused at step 74'),
  'run-interrupted': runStep(interrupted, 'warning', 'Interrupted at step 74'),
  'run-failed': runStep(outOfMemory, 'failed', 'Stopped: out of memory'),
  'run-cancelled': runStep(cancelled, 'open', 'Cancelled'),
  'run-not-ready': { ...runStep(doneShort, 'warning', 'Not ready to publish'), steps: notReadySteps },
  'run-done': runStep(done, 'ready', 'Done in 6 min 28 s'),
  'report-none': runStep(noRun, 'open', 'Not started', 'report'),
  report: {
    ...finished,
    report: { release },
    steps: { ...finished.steps, report: { state: 'verified', words: '64 of 64, 0.029 nats' } },
  },
  'report-not-ready': {
    ...finished,
    run: doneShort,
    report: { release: releaseShort },
    steps: notReadySteps,
  },
};
