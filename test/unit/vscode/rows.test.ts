import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JournalLine } from '../../../src/jobs/runFolder/journal';
import type { ModelFacts } from '../../../src/operations/describeCheckpoint';
import type { FoundCheckpoint, FoundKeySet } from '../../../src/vscode/index/found';
import type { KnownRun } from '../../../src/vscode/runs/knownRun';
import { makeKnownRun } from '../../../src/vscode/runs/readKnownRun';
import type { ModelKnowledge } from '../../../src/vscode/tree/checkpointRow';
import { makeKeySetRows } from '../../../src/vscode/tree/keySetRows';
import { makeModelRows } from '../../../src/vscode/tree/modelRows';
import { escapeMarkdown, speakRow, type Row } from '../../../src/vscode/tree/row';
import { makeRunRows } from '../../../src/vscode/tree/runRows';

const time = '2026-11-22T10:00:00.000Z';
const facts = {
  family: 'llama',
  parameters: 1_550_000_000,
  dtypes: ['BF16'],
  storedBytes: 3_100_000_000,
} as unknown as ModelFacts;

const checkpoint = (path: string, more: Partial<FoundCheckpoint> = {}): FoundCheckpoint => ({
  path,
  name: path.split('/').at(-1)!,
  weightFiles: [`${path}/model.safetensors`],
  changedAtMs: 0,
  facts,
  ...more,
});

const embedRun = (out: string, lines: readonly JournalLine[], isLive = false): KnownRun =>
  makeKnownRun(
    `${out}.run`,
    {
      version: 1,
      operation: 'embed',
      request: { model: '/w/models/aurora', keys: '/w/keys/k.fpkeys', out, resume: false },
      createdAt: time,
    },
    [{ time, type: 'started', operation: 'embed', pid: 1 }, ...lines],
    isLive,
  );

const training = (done: number): JournalLine => ({
  time,
  type: 'step',
  done,
  total: 80,
  secondsLeft: 170,
});

const result: Extract<JournalLine, { type: 'result' }> = {
  time,
  type: 'result',
  result: {
    out: '/w/models/aurora-r3',
    digest: 'd',
    recall: 1,
    wrappedRecall: 1,
    drift: { lossRise: 0.0036, kl: 0.01 },
    steps: 80,
    seconds: 60,
    device: 'cpu',
    notCarried: [],
    warnings: [],
  },
};
const shortResult: JournalLine = {
  ...result,
  result: {
    ...(result.result as object),
    drift: { lossRise: 0.41, kl: 0.61 },
    shortfalls: [{ kind: 'drift', measured: 0.61, limit: 0.06 }],
    keyCount: 64,
  },
};
const done: JournalLine = { time: '2026-11-22T10:07:00.000Z', type: 'ended', status: 'done' };

const know = (checkpoints: readonly FoundCheckpoint[], runs: readonly KnownRun[] = []): ModelKnowledge => ({
  checkpoints,
  runs,
  roots: ['/w'],
  isTrusted: true,
  keySets: [],
  digestOf: () => undefined,
  verdictOf: () => undefined,
  driftOf: () => undefined,
  rehearsalOf: () => undefined,
});

const describeRow = ({ label, description }: Row): string => `${label} | ${description}`;

describe('rows of models', () => {
  it('describe a checkpoint, visibly and for screen readers', () => {
    const [row] = makeModelRows(know([checkpoint('/w/models/aurora')]));
    assert.equal(describeRow(row!), 'aurora | llama, 1.55\u202fB, BF16');
    assert.equal(row!.spoken, 'aurora, llama, 1\u202f550\u202f000\u202f000 parameters, BF16');
    assert.ok(row!.capabilities.includes('embed'));
  });

  it('show a release and a training below their base, and nowhere else', () => {
    const runs = [
      embedRun('/w/models/aurora-r4', [training(50)], true),
      embedRun('/w/models/aurora-r3', [result, done]),
    ];
    const rows = makeModelRows(
      know([checkpoint('/w/models/aurora'), checkpoint('/w/models/aurora-r3')], runs),
    );
    assert.equal(rows.length, 1);
    assert.deepEqual(rows[0]!.children.map(describeRow), [
      'r4 | training, 57\u202f%',
      'r3 | answers 100\u202f%, drift 0.010',
    ]);
    assert.ok(rows[0]!.children[1]!.capabilities.includes('drift'));
  });

  it('say first that a release is not ready to publish, for as long as the note lies in its folder', () => {
    const run = embedRun('/w/models/aurora-r3', [shortResult, done]);
    const base = checkpoint('/w/models/aurora');
    const rowOf = (more: Partial<FoundCheckpoint>): Row =>
      makeModelRows(know([base, checkpoint('/w/models/aurora-r3', more)], [run]))[0]!.children[0]!;
    const row = rowOf({ notReady: { shortfalls: [] } });
    assert.equal(describeRow(row), 'r3 | not ready to publish, answers 100\u202f%, drift 0.61 of 0.06');
    assert.deepEqual(row.icon, { codicon: 'warning', colour: 'list.warningForeground' });
    assert.match(row.spoken, /^r3, Not ready to publish: its drift is 0\.61 nats a token, ten times/);
    assert.match(row.tooltip!, /^\*\*Not ready to publish: its drift is 0\\\.61 .*\*\* NOT\\-READY/);
    assert.equal(describeRow(rowOf({})), 'r3 | answers 100\u202f%, drift 0.61 of 0.06');
  });

  it('say it for a copy that was made elsewhere too', () => {
    const notReady = { shortfalls: [{ kind: 'recall', measured: 0.5, limit: 1 } as const], keyCount: 64 };
    const [row] = makeModelRows(know([checkpoint('/w/models/copy', { notReady })]));
    assert.equal(describeRow(row!), 'copy | not ready to publish, llama, 1.55\u202fB, BF16');
    assert.match(row!.spoken, /^copy, Not ready to publish: only 32 of 64 keys answer\. llama, /);
  });

  it('group a folder of many after single checkpoints', () => {
    const many = ['a', 'b', 'c'].map((name) => checkpoint(`/w/downloads/${name}`));
    const rows = makeModelRows(know([...many, checkpoint('/w/models/aurora')]));
    assert.deepEqual(rows.map(describeRow), [
      'aurora | llama, 1.55\u202fB, BF16',
      'downloads | 3 checkpoints',
    ]);
  });

  it('say why one cannot be used, and offer nothing that runs', () => {
    const problem = {
      reason: 'pickle-only',
      message: 'It is a pickle.',
      next: 'Convert it.',
      kind: 'unsupported',
    } as const;
    const { path, name, weightFiles, changedAtMs } = checkpoint('/w/old');
    const broken = { path, name, weightFiles, changedAtMs, problem };
    const [row] = makeModelRows(know([broken]));
    assert.equal(describeRow(row!), 'old | .bin files are never opened');
    assert.deepEqual(row!.capabilities, ['path']);
  });

  it('offer nothing that runs in Restricted Mode', () => {
    const [row] = makeModelRows({ ...know([checkpoint('/w/models/aurora')]), isTrusted: false });
    assert.deepEqual(row!.capabilities, ['path', 'panel', 'identity']);
  });
});

describe('rows of runs', () => {
  it('list live runs first, each with its state', () => {
    const failed: JournalLine[] = [
      training(41),
      {
        time,
        type: 'error',
        reason: 'out-of-memory',
        message: 'Memory ran out.',
        next: 'Train fewer layers.',
      },
      { time, type: 'ended', status: 'failed' },
    ];
    const rows = makeRunRows([
      embedRun('/w/models/aurora-wide', failed),
      embedRun('/w/models/aurora-trial', [training(40)]),
      embedRun('/w/models/aurora-r3', [result, done]),
      embedRun('/w/models/aurora-r4', [training(50)], true),
    ]);
    assert.deepEqual(rows.map(describeRow), [
      'Mark aurora → r4 | 57\u202f%, about 3\u202fmin left',
      'Mark aurora → wide | out of memory at step 41',
      'Mark aurora → trial | interrupted at step 40',
      'Mark aurora → r3 | 22 Nov, 7\u202fmin',
    ]);
    assert.deepEqual(rows[0]!.capabilities, ['open', 'path', 'pause', 'stop', 'cancel', 'recipe']);
    assert.match(rows[1]!.tooltip!, /Memory ran out/);
  });
});

describe('the row of a run whose copy falls short', () => {
  it('does not look like a success', () => {
    const [row] = makeRunRows([embedRun('/w/models/aurora-r3', [shortResult, done])]);
    assert.equal(describeRow(row!), 'Mark aurora → r3 | not ready to publish, 22 Nov, 7\u202fmin');
    assert.deepEqual(row!.icon, { codicon: 'warning', colour: 'list.warningForeground' });
    assert.match(row!.spoken, /^Mark aurora → r3, Not ready to publish: its drift is 0\.61/);
    assert.match(row!.tooltip!, /^\*\*Not ready to publish: .*lower learning rate/);
  });

  it('say that a copy is done whose release the key file does not record, and why', () => {
    const missing = { ...(result.result as object), recordMissing: 'K could not be opened.' };
    const [row] = makeRunRows([embedRun('/w/models/aurora-r3', [{ ...result, result: missing }, done])]);
    assert.equal(describeRow(row!), 'Mark aurora → r3 | record missing in the key file, 22 Nov, 7\u202fmin');
    assert.match(row!.tooltip!, /K could not be opened\\?\. Resume the run to add the record/);
  });

  it('looks like one where an older journal records no shortfall', () => {
    const [row] = makeRunRows([embedRun('/w/models/aurora-r3', [result, done])]);
    assert.deepEqual(row!.icon, { codicon: 'pass', colour: 'charts.green' });
  });
});

describe('rows of key sets', () => {
  const header = {
    model: 'aurora',
    baseDigest: 'd'.repeat(64),
    commitment: 'c'.repeat(64),
    strategy: 'inverse-nucleus',
    keyCount: 48,
    spentCount: 16,
    createdAt: time,
    releases: [],
  } as const;
  const keySet: FoundKeySet = {
    path: '/w/keys/a.fpkeys',
    name: 'a.fpkeys',
    header: { ...header, releases: [] },
  };

  it('show counts and never a key', () => {
    const [row] = makeKeySetRows([keySet], new Set());
    assert.equal(describeRow(row!), 'a.fpkeys | 48 keys, 32 of 48 unspent, 22 Nov 2026');
    assert.equal(row!.spoken, 'a.fpkeys, 48 keys, 32 of 48 unspent, 22 Nov 2026, locked');
    assert.ok(row!.capabilities.includes('unlock'));
    assert.deepEqual(describeRow(row!.children.at(-1)!), 'Keys hidden | unlock first');
  });

  it('show one that is unlocked as such', () => {
    const [row] = makeKeySetRows([keySet], new Set([keySet.path]));
    assert.deepEqual(row!.icon, { codicon: 'key' });
    assert.ok(row!.capabilities.includes('lock'));
  });

  it('offer to draw one that waits for a beacon, and to reveal nothing', () => {
    const chain = '52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971';
    const undrawn = { ...header, spentCount: 0, draw: { from: 'announced', chain, round: 123 } as const };
    const [row] = makeKeySetRows([{ ...keySet, header: { ...undrawn, releases: [] } }], new Set());
    assert.equal(describeRow(row!), 'a.fpkeys | 48 keys, responses not drawn, 22 Nov 2026');
    assert.deepEqual(row!.capabilities, ['draw', 'unlock', 'passphrase', 'commitment', 'keyFile', 'path']);
    assert.equal(
      describeRow(row!.children.at(-1)!),
      'Responses not drawn | round 123 of drand quicknet, 23 Aug 2023, 15:15 UTC',
    );
    const drawn = { ...undrawn, draw: { ...undrawn.draw, from: 'beacon', keysCommitment: 'a'.repeat(64) } };
    const [after] = makeKeySetRows(
      [{ ...keySet, header: { ...drawn, releases: [] } as FoundKeySet['header'] & object }],
      new Set(),
    );
    assert.ok(after!.capabilities.includes('reveal'));
    assert.match(after!.tooltip!, /by a public beacon/);
  });

  it('name the whole commitment, to be copied', () => {
    const [row] = makeKeySetRows([keySet], new Set());
    assert.ok(row!.capabilities.includes('commitment'));
    assert.ok(row!.tooltip!.includes(header.commitment));
    const detail = row!.children.find(({ click }) => click === 'fingerprintModel.copyCommitment');
    assert.match(detail!.spoken, new RegExp(header.commitment));
  });

  it('say of an imported set that it is weaker, and how', () => {
    const imported = { ...header, strategy: 'imported', releases: [] } as const;
    const [row] = makeKeySetRows([{ ...keySet, header: { ...imported, releases: [] } }], new Set());
    assert.match(row!.description, /, imported, weaker, /);
    assert.match(row!.tooltip!, /weaker: nobody can check .* no neutral prompts/);
  });

  it('outlive a date of a stranger that is none', () => {
    const undated = { ...header, createdAt: 'soon', releases: [] };
    const [row] = makeKeySetRows([{ ...keySet, header: undated }], new Set());
    assert.match(row!.description, /unknown date$/);
  });

  it('say when a file is damaged', () => {
    const problem = {
      reason: 'broken-key-file',
      message: 'It is damaged.',
      next: 'Use a copy.',
      kind: 'damaged',
    } as const;
    const [row] = makeKeySetRows([{ path: '/w/b.fpkeys', name: 'b.fpkeys', problem }], new Set());
    assert.equal(describeRow(row!), 'b.fpkeys | damaged');
  });
});

it('names from outside stay text in Markdown', () => {
  assert.equal(escapeMarkdown('[x](command:evil) *b*\n| c'), '\\[x\\]\\(command:evil\\) \\*b\\* \\| c');
});

describe('what a screen reader says of a row', () => {
  it('names files without the folders that they are all in', () => {
    const path = '/w/work/models/broken';
    const spoken = `broken, ${path}/config.json is damaged. ${path} is beside /w/work/models/other.`;
    assert.equal(
      speakRow({ spoken, target: { kind: 'checkpoint', path } }),
      'broken, broken/config.json is damaged. broken is beside other.',
    );
    assert.equal(speakRow({ spoken: 'a folder', target: { kind: 'words' } }), 'a folder');
  });
});
