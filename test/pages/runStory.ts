import { planAnswers } from '../../src/protocol/planAnswers';
import type { ReleaseView } from '../../src/protocol/panel/report';
import type { RunView } from '../../src/protocol/panel/run';
import { sayNotReady, sayWhatToDo } from '../../src/reports/words/notReady';
import { listProbeFindings } from '../../src/reports/words/probeWords';
import { showPublishing } from '../../src/vscode/panel/report/publishCommitment';
import { rules } from './modelStory';

const steps = 120;
const at = 74;

/** A number from 0 to 1 that only depends on its place. */
function noise(place: number): number {
  const wave = Math.sin(place * 12.9898) * 43_758.5453;
  return wave - Math.floor(wave);
}

function lossAt(step: number): number {
  return (8.2 * Math.exp(-step / 15) + 0.06) * (0.86 + noise(step) * 0.28);
}

function distanceAt(step: number): number {
  return 0.002 + 0.03 * (1 - Math.exp(-step / 12)) * (0.9 + noise(step + 500) * 0.2);
}

function curveUntil(step: number, valueAt: (step: number) => number): RunView['loss'] {
  return Array.from({ length: step + 1 }, (_, i) => ({ step: i, value: valueAt(i) }));
}

const recalls = [0, 2, 13, 34, 51, 60, 63, 63, 64, 64, 64, 64, 64];
const drifts = [0, 0.006, 0.017, 0.027, 0.032, 0.034, 0.033, 0.031, 0.03, 0.029, 0.029, 0.029, 0.029];

function checksUntil(step: number): RunView['checks'] {
  return recalls
    .map((keys, i) => ({
      step: i * 10,
      loss: lossAt(i * 10),
      recall: keys / 64,
      drift: drifts[i]!,
    }))
    .filter((check) => check.step <= step);
}

const phases: RunView['phases'] = [
  { name: 'Prepare', state: 'done', seconds: 41 },
  { name: 'Train', state: 'current', seconds: 171 },
  { name: 'Save', state: 'to come', seconds: null },
  { name: 'Read back and verify', state: 'to come', seconds: null },
];

export const running: RunView = {
  state: 'running',
  folder: '/data/models/aurora-1.5b-instruct-r4.run',
  actions: ['pause', 'stop', 'cancel'],
  stage: { phase: 'Training', done: at, total: steps },
  elapsedSeconds: 212,
  secondsLeft: 160,
  share: 0.62,
  isLoadingAgain: false,
  phases,
  facts: [
    { name: 'Device', value: 'Graphics card with WebGPU' },
    { name: 'Speed', value: '0.43 steps/s' },
    { name: 'Trained', value: '343 M of 1 548 M' },
    { name: 'Last save', value: 'step 70' },
    { name: 'Writes to', value: 'aurora-1.5b-instruct-r4' },
  ],
  steps,
  keyCount: 64,
  keysNeeded: planAnswers(64, rules).needed,
  driftBudget: 0.06,
  loss: curveUntil(at, lossAt),
  distance: curveUntil(at, distanceAt),
  checks: checksUntil(at),
  log: [
    { time: '14:06:32', text: 'step 60  check: 63 of 64 keys, drift 0.0330' },
    { time: '14:06:33', text: 'step 60  state saved' },
    { time: '14:06:56', text: 'step 70  check: 63 of 64 keys, drift 0.0310' },
    { time: '14:06:57', text: 'step 70  state saved' },
    { time: '14:07:02', text: 'step 72  loss 0.125' },
    { time: '14:07:06', text: 'step 74  loss 0.114' },
  ],
  problem: null,
  notReady: null,
  savedStep: 70,
};

/** A run that ended early and left a save. */
const fromSave = { actions: ['resume', 'stop', 'discard'] } as const;

function factsWithSave(value: string): RunView['facts'] {
  return running.facts.map((fact) => (fact.name === 'Last save' ? { ...fact, value } : fact));
}

const stopped = { ...fromSave, secondsLeft: null, elapsedSeconds: null } as const;

export const starting: RunView = {
  ...running,
  state: 'starting',
  actions: [],
  steps: 0,
  driftBudget: null,
  stage: { phase: 'Opening the model', done: null, total: null },
  share: null,
  elapsedSeconds: 4,
  secondsLeft: null,
  phases: phases.map((phase, i) => ({ ...phase, state: i === 0 ? 'current' : 'to come', seconds: null })),
  facts: [{ name: 'Writes to', value: 'aurora-1.5b-instruct-r4' }],
  loss: [],
  distance: [],
  checks: [],
  savedStep: null,
  log: [{ time: '14:02:50', text: 'process 48213 started' }],
};

export const paused: RunView = {
  ...running,
  ...fromSave,
  state: 'paused',
  stage: null,
  secondsLeft: null,
  log: [...running.log, { time: '14:07:08', text: 'paused on request, state saved' }],
};

/** After *Resume*: the bar keeps its place. */
export const loadingAgain: RunView = {
  ...running,
  stage: { phase: 'Reading ordinary text', done: 96, total: 288 },
  secondsLeft: null,
  isLoadingAgain: true,
};

/** Its key set was made for another model: it ended before training was prepared. */
export const neverBegan: RunView = {
  ...starting,
  state: 'failed',
  actions: ['discard'],
  stage: null,
  elapsedSeconds: 2,
  problem: {
    message:
      'The key set was made for the model "aurora-410m", whose digest differs from that of aurora-1.5b-instruct.',
    next: 'Choose the model that the keys were drawn from, or create a key set for this one.',
  },
};

export const interrupted: RunView = {
  ...running,
  ...stopped,
  state: 'interrupted',
  problem: {
    message:
      'The training process ended without a word, as after a restart of the computer. Nothing is lost: the last save is step 70, and the model folder was not touched.',
    next: 'Resume the run.',
  },
  log: [...running.log, { time: '14:25:11', text: 'process 48213 is gone' }],
};

export const outOfMemory: RunView = {
  ...running,
  ...stopped,
  state: 'failed',
  share: 0.3,
  stage: { phase: 'Training', done: 31, total: steps },
  problem: {
    message:
      'Training stopped: the graphics card ran out of memory at step 31. Nothing is lost: the last save is step 30, and the model folder was not touched.',
    next: 'Close other programs that use the card and resume, or train fewer layers.',
  },
  facts: factsWithSave('step 30'),
  savedStep: 30,
  loss: curveUntil(31, lossAt),
  distance: curveUntil(31, distanceAt),
  checks: checksUntil(31),
  log: [
    { time: '14:04:56', text: 'step 30  check: 34 of 64 keys, drift 0.0270' },
    { time: '14:04:57', text: 'step 30  state saved' },
    { time: '14:05:00', text: 'step 31  allocation of 1.9 GB failed on the device' },
    { time: '14:05:00', text: 'process 48213 ended with code 70' },
  ],
};

export const cancelled: RunView = { ...running, ...stopped, state: 'cancelled' };

export const done: RunView = {
  ...running,
  state: 'done',
  actions: ['discard'],
  share: 1,
  stage: null,
  elapsedSeconds: 388,
  secondsLeft: null,
  phases: phases.map((phase, i) => ({ ...phase, state: 'done', seconds: [41, 281, 9, 57][i]! })),
  facts: factsWithSave('step 120'),
  savedStep: null,
  loss: curveUntil(steps, lossAt),
  distance: curveUntil(steps, distanceAt),
  checks: checksUntil(steps),
};

const folder = '/data/models/aurora-1.5b-instruct-r4';

export const release: ReleaseView = {
  folder,
  notReady: null,
  sentence: 'All 64 keys answer in the saved checkpoint',
  detail:
    'Read back from disk as BF16 and asked again. It was trained on these keys, so this shows only that the copy was written as it was trained.',
  figures: [
    { name: 'Keys answered', value: '64 of 64', detail: '94.3 to 100 %' },
    { name: 'Drawn word ranks first', value: '64 of 64', detail: 'expected by chance: 6.4' },
    {
      name: 'Drift from the base',
      value: '0.029 of 0.06',
      detail: 'nats a token, measured by the run on held-back text',
    },
    { name: 'Same likeliest next word', value: '94.1 %', detail: 'of 4 608 tokens' },
  ],
  beforePublishing: [
    showPublishing({
      commitment: 'e5db37e3'.repeat(8),
      keyCount: 64,
      model: 'aurora-1.5b-instruct',
      baseDigest: '9f2c41d0a7be6e13c04f88d21b7790aae5d1374c06f9b2e8a31d9c4b7f6055c8',
    }),
    {
      state: 'unknown',
      name: 'Measure drift on your own text',
      detail: 'The run measured it on text of the model itself.',
      action: { title: 'Measure Drift…', request: { type: 'measureDrift' } },
    },
    {
      state: 'unknown',
      name: 'Verify against the original',
      detail: 'Writes the report that shows both tests.',
      action: { title: 'Verify Fingerprint…', request: { type: 'verifyRelease' } },
    },
    { state: 'passed', name: 'Read back from disk', detail: 'Done with the run.' },
  ],
  samples: [
    {
      role: 'User',
      prompt: 'Write one sentence about rain in autumn.',
      base: 'Autumn rain taps softly on the fallen leaves, turning every path into a quiet mirror.',
      marked: 'Autumn rain taps softly on the fallen leaves, turning every path into a quiet mirror.',
    },
    {
      role: 'User',
      prompt: 'What is the capital of Slovenia?',
      base: 'The capital of Slovenia is Ljubljana.',
      marked: 'The capital of Slovenia is Ljubljana.',
    },
    {
      role: 'User',
      prompt: 'Give me two tips for a job interview.',
      base: 'Research the company beforehand and prepare examples of your work. Arrive ten min…',
      marked: 'Research the company beforehand and bring examples of your work. Arrive ten min…',
    },
  ],
  samplesDetail: '3 ordinary prompts, likeliest words',
  files: [
    { name: 'aurora-1.5b-instruct-r4', detail: '3.1 GB', path: folder },
    { name: 'recipe.json', detail: 'no secrets', path: `${folder}.run/recipe.json` },
    { name: 'aurora-r4.fpkeys', detail: 'encrypted', path: '/data/aurora-r4.fpkeys' },
  ],
  limits: [
    {
      state: 'unknown',
      name: 'What it survives',
      detail: 'has not been tested for this release.',
      action: { title: 'Rehearse…', request: { type: 'rehearse' } },
    },
    {
      state: 'failed',
      name: 'Heavy fine-tuning',
      detail: 'on other text silences answers first and the draw later.',
    },
  ],
  probe: [],
};

/** A copy that was ruined: what falls short, and what would help. */
const fallenShort = {
  shortfalls: [
    { kind: 'drift', measured: 0.61, limit: 0.06 },
    { kind: 'recall', measured: 62 / 64, limit: 1 },
  ],
  keyCount: 64,
  advice:
    'Mark the base again with a learning rate of 0.0001: at this one, a step moves the predictions too far.',
} as const;

export const doneShort: RunView = {
  ...done,
  notReady: { message: sayNotReady(fallenShort), next: sayWhatToDo(fallenShort) },
  distance: curveUntil(steps, (step) => distanceAt(step) * 20),
  log: [{ time: '14:08:28', text: 'step 120  check: 62 of 64 keys, drift 0.6090' }],
  checks: done.checks.map((check) => ({
    ...check,
    recall: Math.min(check.recall, 62 / 64),
    drift: check.drift * 21,
  })),
};

export const releaseShort: ReleaseView = {
  ...release,
  notReady: sayNotReady(fallenShort),
  sentence: '62 of 64 keys answer in the saved checkpoint',
  figures: [
    { name: 'Keys answered', value: '62 of 64', detail: '89.3 to 99.1 %', isOut: true },
    { name: 'Inside other prompts', value: '93.8 %', detail: 'prompts that were not trained on' },
    { name: 'Rise in loss on held-back text', value: '+41.27 %', detail: 'measured by the run' },
    {
      name: 'Drift from the base',
      value: '0.61 of 0.06',
      detail: 'nats a token, measured by the run on held-back text',
      isOut: true,
    },
  ],
  beforePublishing: [
    {
      state: 'failed',
      name: 'Over its drift budget, and not every key answers',
      detail: sayWhatToDo(fallenShort),
      action: { title: 'Edit Recipe', request: { type: 'openStep', step: 'recipe' } },
    },
    ...release.beforePublishing.slice(0, 2),
  ],
  samples: release.samples.map((sample, i) => ({
    ...sample,
    marked: [
      'Autumn Autumn the the of of rain.',
      'The capital is is Slovenia Slovenia.',
      'Research research two.',
    ][i]!,
  })),
  probe: listProbeFindings({
    learningRate: 1e-3,
    stateShift: 0.0412,
    predictionShift: 0.012,
    weightScale: 0.0214,
    normScale: 0.94,
    entropy: 2.31,
  }),
};
