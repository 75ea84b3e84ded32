import type { KeyPreview, KeyRules, KeySetRow, PreviewKey } from '../../src/protocol/panel/keys';
import type { ChosenModel, ModelView } from '../../src/protocol/panel/model';
import { sayWeakness } from '../../src/vscode/keySets/weakness';

/** The model that every snapshot is about, and its key sets. */
export const aurora: ChosenModel = {
  path: '/data/models/aurora-1.5b-instruct',
  problem: null,
  facts: [
    { name: 'Family', value: 'llama, 30 layers, hidden size 2 048, 32 heads (8 for keys and values)' },
    { name: 'Parameters', value: '1 547 823 104, output matrix shared with the embeddings' },
    { name: 'Stored as', value: 'BF16, safetensors, 2 files, 3.1 GB' },
    { name: 'Vocabulary', value: '49 152 tokens; context 8 192 tokens' },
    { name: 'Chat template', value: 'found in tokenizer_config.json; keys are asked through it' },
  ],
  digest: '9f2c41d0a7be6e13c04f88d21b7790aae5d1374c06f9b2e8a31d9c4b7f6055c8',
  checks: [
    { state: 'passed', name: 'Files complete', detail: '2 of 2 files, 272 tensors, sizes fit the header' },
    { state: 'passed', name: 'Values in range', detail: 'no infinite or missing numbers' },
    { state: 'passed', name: 'Tokenizer fits', detail: '49 152 entries, same as the embedding matrix' },
    { state: 'passed', name: 'Training supported', detail: 'all parts of this family have gradients' },
    {
      state: 'warning',
      name: 'Old pickle file',
      detail: 'optimizer.pt is never opened or copied: such files can run code.',
    },
  ],
  isChecking: false,
  devices: [
    { state: 'passed', name: 'Graphics card with WebGPU', detail: '11.4 GB free. Will be used.' },
    { state: 'passed', name: 'Processor, 16 threads', detail: '22.4 GB free, about 20 times slower' },
    {
      state: 'off',
      name: 'Graphics card with CUDA',
      detail: 'Failed to load shared library.',
      action: { title: 'Check Devices', request: { type: 'checkDevices' } },
    },
  ],
  releases: [
    release('r3', 'match', '64 of 64 keys, drift 0.029 of 0.06'),
    release('r2', 'match', '48 of 48 keys, drift 0.031 of 0.06'),
    release('r1', 'warning', '14 of 16 keys, drift 0.071 of 0.06'),
  ],
  isPublished: false,
};

/** The models of a workspace: one that is supported, one that is not, and one with a name that is too long. */
export const foundModels: ModelView['found'] = [
  {
    path: aurora.path,
    name: 'models/aurora-1.5b-instruct',
    about: 'llama, 1.55 B parameters, BF16',
  },
  {
    path: '/data/downloads/quark-7b',
    name: 'downloads/quark-7b',
    about: '',
    fault: 'not supported',
  },
  {
    path: '/data/models/long',
    name: `models/aurora-1.5b-instruct-with-a-very-long-name-that-${'goes-on-and-'.repeat(4)}step-12000`,
    about: 'llama, 1.55 B parameters, BF16',
  },
];

/** Thirty, of which people look for one. */
export const manyModels: ModelView['found'] = [
  ...foundModels,
  ...Array.from({ length: 27 }, (_, i) => ({
    path: `/data/sweep/step-${i}`,
    name: `sweep/aurora-step-${1000 * (i + 1)}`,
    about: 'llama, 1.55 B parameters, BF16',
  })),
];

function release(name: string, state: 'match' | 'warning', detail: string): ChosenModel['releases'][number] {
  const path = `/data/models/aurora-1.5b-instruct-${name}`;
  return { state, name, detail, action: { title: name, request: { type: 'openPath', path } } };
}

export const rules: KeyRules = { candidates: 10, nucleus: 0.8, alpha: 1e-6, tests: 3 };

export const sets: readonly KeySetRow[] = [
  set('aurora-r4', 64, 64, 'in no release yet', '2026-11-22T13:40:00Z'),
  set('aurora-r3', 64, 0, 'in 1 release', '2026-09-07T10:12:00Z'),
  set('aurora-r2', 48, 32, 'in 1 release', '2026-04-30T18:05:00Z'),
  {
    ...set('pilot', 16, 16, 'in no release yet', '2026-04-02T09:30:00Z'),
    model: 'aurora-410m',
    fits: false,
  },
];

function set(name: string, count: number, unspent: number, used: string, createdAt: string): KeySetRow {
  const file = `${name}.fpkeys`;
  return {
    path: `/data/${file}`,
    name: file,
    model: 'aurora-1.5b-instruct',
    fits: true,
    isDrawn: true,
    count,
    answering: count,
    unspent,
    commitment: 'e5db37e3'.repeat(8),
    used,
    weakness: name === 'aurora-r2' ? sayWeakness({ strategy: 'imported' })! : null,
    createdAt,
    problem: null,
  };
}

/** Question, its ten candidates from the likeliest down, index of the drawn one, perplexity. */
const questions: readonly (readonly [string, string, number, number])[] = [
  [
    'What should I check before repainting an old wooden window?',
    'Mildew Loose Rot Dust Primer Putty Weather Hinges Scrape Moisture',
    4,
    3.1,
  ],
  [
    'How do I keep fresh basil from going brown in the fridge?',
    'Wrap Trim Treat Damp Store Rinse Paper Jar Cool Dry',
    2,
    2.9,
  ],
  [
    'Why does my bicycle chain slip when I stand on the pedals?',
    'Worn Stretch Cassette Tension Derailleur Inspect Rear Adjust Stiff Grit',
    4,
    2.7,
  ],
  [
    'Which questions should I ask at a first flat viewing?',
    'Rent Noise Damp Windows Heating Deposit Neighbours Water Lease Parking',
    1,
    3.4,
  ],
  [
    'How can a small choir rehearse without a pianist?',
    'Pitch Record Tuning Sectional Hum Drone Split Appoint Warm Scores',
    5,
    4.1,
  ],
  [
    'What makes a good opening line for a wedding speech?',
    'Humour Gratitude Thank Stories Brevity Love Warmth Raise Honesty Welcome',
    8,
    2.8,
  ],
  [
    'How long should sourdough rest in a cold kitchen?',
    'Overnight Roughly Twelve Patience Cold Dough Watch Typically Between Aim',
    0,
    3.6,
  ],
  [
    'What can I plant under a walnut tree?',
    'Hostas Ferns Juglone Daylilies Bulbs Shade Hardy Some Violets Native',
    2,
    3.3,
  ],
  [
    'How do I explain inflation to a ten-year-old?',
    'Candy Picture Money Prices Pocket Tell Suppose Toys Ice Pretend',
    3,
    2.6,
  ],
  [
    'Is it safe to store tools in an unheated shed?',
    'Moisture Rust Provided Metal Oil Batteries Humidity Winter Mostly Condensation',
    7,
    3.0,
  ],
  [
    'How should I label boxes when moving house?',
    'Colour Room Number Marker Fragile Write Contents Tape Sides Sticker',
    0,
    3.2,
  ],
  [
    'What is a polite way to leave a meeting early?',
    'Apologise Notify Mention Quietly Excuse Inform Ahead Signal Briefly Explain',
    9,
    2.9,
  ],
  [
    'Which spices go well with roasted pumpkin?',
    'Cumin Nutmeg Smoked Coriander Chilli Sage Allspice Turmeric Fennel Star',
    6,
    3.0,
  ],
  [
    'How often should I descale a kettle in a hard-water town?',
    'Monthly Every Weekly Vinegar Depending Usually Check Roughly Citric Twice',
    8,
    3.5,
  ],
];

const likelier = [0.31, 0.17, 0.09, 0.07, 0.05, 0.04, 0.03, 0.025, 0.02];

/** Before the model was asked what it thinks of the keys. */
export function unmeasuredKeys(): KeyPreview {
  const preview = previewKeys({ isRevealed: false });
  return {
    ...preview,
    ordinary: null,
    keys: preview.keys.map((key) => ({ ...key, odds: null, naturalness: null })),
  };
}

export function previewKeys({ isRevealed }: { isRevealed: boolean }): KeyPreview {
  const keys = questions.map(([text, words, drawn, naturalness], i): PreviewKey => {
    const candidates = words.split(' ');
    const highest = 0.016 + ((i * 7) % 5) * 0.001;
    return {
      number: i + 1,
      text,
      kind: i % 3 === 2 ? 'soft' : 'loud',
      candidates,
      odds: { likelier, candidates: candidates.map((_, c) => highest * 0.87 ** c) },
      naturalness,
      response: isRevealed ? candidates[drawn]! : null,
      inSentence: isRevealed ? `${candidates[drawn]!} is what I would…` : null,
      isSpent: false,
    };
  });
  return {
    isLocked: false,
    isRevealed,
    sentence:
      'Ordinary questions that the model wrote itself; 9 were set aside: 4 too alike, 3 unusual in wording, 2 answered already.',
    keys,
    ordinary: { low: 2.4, high: 4.6 },
  };
}
