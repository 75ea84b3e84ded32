// npm run bench: installs, builds, and measures the real command line on two models with 16, 64 and 256 keys. Prints one
// table and writes it, with the machine named, to bench/RESULTS.md.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeMachine, weighModel } from './benchFacts.mjs';
import { measureCommand, measureEngineAlone } from './benchMeasure.mjs';
import { ensureInstalled } from './ensureInstalled.mjs';
import { build, root } from './steps.mjs';

const models = [
  { name: 'TinyStories-656K', folder: join('media', 'sample-model') },
  { name: 'chat-5M', folder: join('test', 'fixtures', 'models', 'chat-5M') },
];
const keyCounts = [16, 64, 256];
const repeatsOfShortWork = 3;

ensureInstalled();
build();
const workshop = mkdtempSync(join(tmpdir(), 'fingerprint-bench-'));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
process.on('exit', () => rmSync(workshop, { recursive: true, force: true }));
const seedFile = join(workshop, 'seed');
writeFileSync(seedFile, createHash('sha256').update('fingerprint-model bench').digest());

const engineBytes = await measureEngineAlone();
const rows = [];
let text = '';
mkdirSync(join(root, 'bench'), { recursive: true });
for (const model of models)
  for (const keyCount of keyCounts) {
    rows.push(await measureRow(model, keyCount));
    // Written after every row: a bench that is ended early keeps what it measured.
    text = writeResults(rows, engineBytes);
    writeFileSync(join(root, 'bench', 'RESULTS.md'), text);
  }
process.stdout.write(`\n${text}`);

async function measureRow({ name, folder }, keyCount) {
  const keys = join(workshop, `${name}-${keyCount}.fpkeys`);
  const marked = join(workshop, `${name}-${keyCount}`);
  const row = { name, folder, keyCount };
  row.created = await measure(
    'keys',
    'create',
    '--model',
    folder,
    '--count',
    String(keyCount),
    '--out',
    keys,
  );
  if (row.created.failure) return row;
  row.embedded = await measure('embed', '--model', folder, '--keys', keys, '--out', marked);
  if (row.embedded.failure) return row;
  const verified = [];
  for (let repeat = 0; repeat < repeatsOfShortWork; repeat++)
    verified.push(await measure('verify', '--model', marked, '--keys', keys, '--base', folder));
  verified.sort((a, b) => a.seconds - b.seconds);
  row.verified = verified.find(({ failure }) => failure) ?? verified[(verified.length - 1) / 2];
  return row;
}

/** One command on the CPU. What cannot be done (too many keys for a tiny model) is a finding, and stands in the table. */
async function measure(...args) {
  process.stderr.write(`fingerprint-model ${args.join(' ')}\n`);
  const env = { FINGERPRINT_PASSPHRASE: 'bench passphrase', FINGERPRINT_SEED_FILE: seedFile };
  const measured = await measureCommand([...args, '--device', 'cpu', '--json'], env);
  if (measured.result?.type === 'result') return measured;
  return { ...measured, failure: measured.result?.message ?? 'It ended without a result.' };
}

function writeResults(rows, engineBytes) {
  return [
    '# Measurements of `npm run bench`',
    '',
    ...describeMachine(),
    '',
    ...writeTable(rows),
    '',
    '- Every time is that of the whole command, from its start to its end: starting Node twice, loading, working, writing.',
    '- *to full recall*: from the start of `embed` to the first check at which every key was answered.',
    `- *keys create* and *embed* were measured once, *verify* (with \`--base\`) as the median of ${repeatsOfShortWork}.`,
    `- *growth*: the time of \`embed\` and of \`verify\` over that with ${keyCounts[0]} keys.`,
    '- *peak*: the largest resident memory (`VmHWM` of `/proc`, read every 20 ms) of the child process that runs the model,',
    '  mapped files included, in MiB, and over the bytes of the weights in float32.' +
      (engineBytes === undefined
        ? ''
        : ` Node with onnxruntime loaded and no model takes ${toMib(engineBytes)} MiB of it.`),
    ...listFailures(rows),
    '- The keys come from a fixed seed. All runs on the CPU.',
    '',
  ].join('\n');
}

function listFailures(rows) {
  return rows.flatMap(({ name, keyCount, created, embedded, verified }) => {
    const failure = [created, embedded, verified].find((measured) => measured?.failure)?.failure;
    return failure ? [`- *failed*, ${name} with ${keyCount} keys: ${failure.replaceAll(workshop, '…')}`] : [];
  });
}

function writeTable(rows) {
  const head = [
    ...[
      'model',
      'keys',
      'keys create',
      'embed',
      'to full recall',
      'recall',
      'verify',
      'verdict',
      'keys verified a second',
    ],
    ...['growth of embed', 'growth of verify', 'peak of embed', 'peak of verify'],
  ];
  const body = rows.map((row) => {
    const { name, keyCount, created, embedded, verified } = row;
    const first = rows.find((other) => other.name === name);
    const cells = [name, String(keyCount)];
    const ask = (measured, describe) =>
      cells.push(!measured || measured.failure ? 'failed' : describe(measured));
    ask(created, ({ seconds }) => formatSeconds(seconds));
    ask(embedded, ({ seconds }) => formatSeconds(seconds));
    ask(embedded, ({ secondsToFullRecall: s }) => (s === undefined ? 'not seen' : formatSeconds(s)));
    ask(embedded, ({ result }) => `${(result.recall * 100).toFixed(1)} %`);
    ask(verified, ({ seconds }) => formatSeconds(seconds));
    ask(verified, ({ result }) => result.verdict);
    ask(verified, ({ seconds }) => (keyCount / seconds).toFixed(0));
    ask(embedded, (measured) => formatGrowth(measured, first.embedded));
    ask(verified, (measured) => formatGrowth(measured, first.verified));
    ask(embedded, (measured) => formatPeak(measured, row));
    ask(verified, (measured) => formatPeak(measured, row));
    return cells;
  });
  const toLine = (cells) => `| ${cells.join(' | ')} |`;
  return [
    toLine(head),
    toLine(head.map((_, column) => (column === 0 ? '---' : '---:'))),
    ...body.map(toLine),
  ];
}

function formatSeconds(seconds) {
  return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
}

function formatGrowth({ seconds }, first) {
  return !first || first.failure ? 'unknown' : `× ${(seconds / first.seconds).toFixed(2)}`;
}

function formatPeak({ peakBytes }, { folder }) {
  if (peakBytes === undefined) return 'not measured (needs Linux)';
  return `${toMib(peakBytes)} (× ${(peakBytes / weighModel(folder)).toFixed(1)})`;
}

function toMib(bytes) {
  return (bytes / 2 ** 20).toFixed(0);
}
