// The real command line on two models with 16, 64 and 256 keys: time, memory, growth.
import { join } from 'node:path';
import { weighModel } from './facts';
import { measureEngineAlone } from './measure';
import type { BenchModel, Circumstances } from './part';
import { formatSeconds, makeTable, toMib } from './tables';
import type { CommandRun, Workshop } from './workshop';

/** A model with a number of keys, and its three commands up to the first that failed. */
interface Row extends BenchModel {
  readonly keyCount: number;
  readonly created: CommandRun;
  readonly embedded?: CommandRun;
  readonly verified?: CommandRun;
}

const keyCounts = [16, 64, 256];
const repeatsOfShortWork = 3;

/**
 * Measures every row. Returns the lines of the section. `keep` gets them after every row, so that an
 * interrupted bench keeps the rows so far.
 */
export async function benchCommands({ workshop, models, keep }: Circumstances): Promise<string[]> {
  const engineBytes = await measureEngineAlone();
  const rows: Row[] = [];
  for (const model of models)
    for (const keyCount of keyCounts) {
      rows.push(await measureRow(workshop, model, keyCount));
      keep(writeResults(workshop, rows, engineBytes));
    }
  return writeResults(workshop, rows, engineBytes);
}

async function measureRow(workshop: Workshop, model: BenchModel, keyCount: number): Promise<Row> {
  const { name, folder } = model;
  const keys = join(workshop.folder, `${name}-${keyCount}.fpkeys`);
  const marked = join(workshop.folder, `${name}-${keyCount}`);
  const size = ['--count', String(keyCount)];
  const created = await workshop.command('keys', 'create', '--model', folder, ...size, '--out', keys);
  if (created.failure) return { ...model, keyCount, created };
  const embedded = await workshop.command('embed', '--model', folder, '--keys', keys, '--out', marked);
  if (embedded.failure) return { ...model, keyCount, created, embedded };
  const runs: CommandRun[] = [];
  for (let repeat = 0; repeat < repeatsOfShortWork; repeat++)
    runs.push(await workshop.command('verify', '--model', marked, '--keys', keys, '--base', folder));
  runs.sort((a, b) => a.seconds - b.seconds);
  const verified = runs.find(({ failure }) => failure) ?? runs[(runs.length - 1) / 2]!;
  return { ...model, keyCount, created, embedded, verified };
}

function writeResults(workshop: Workshop, rows: readonly Row[], engineBytes: number | undefined): string[] {
  return [
    ...writeTable(rows),
    '',
    '- Every time is for the whole command, from start to end: starting Node twice, loading, working, writing.',
    '- *to full recall*: from the start of `embed` to the first check at which every key was answered.',
    `- *keys create* and *embed* were measured once, *verify* (with \`--base\`) as the median of ${repeatsOfShortWork}.`,
    `- *growth*: the time of \`embed\` and of \`verify\` relative to that with ${keyCounts[0]!} keys.`,
    '- *peak*: the largest resident memory (`VmHWM` of `/proc`, read every 20 ms) of the child process that runs the model,',
    '  mapped files included, in MiB, and relative to the bytes of the weights in float32.' +
      (engineBytes === undefined
        ? ''
        : ` Node with onnxruntime loaded and no model takes ${toMib(engineBytes)} MiB of it.`),
    ...listFailures(workshop, rows),
    '- The keys come from a fixed seed. Everything runs on the CPU.',
  ];
}

function listFailures(workshop: Workshop, rows: readonly Row[]): string[] {
  return rows.flatMap(({ name, keyCount, created, embedded, verified }) => {
    const failure = [created, embedded, verified].find((measured) => measured?.failure)?.failure;
    return failure
      ? [`- *failed*, ${name} with ${keyCount} keys: ${failure.replaceAll(workshop.folder, '…')}`]
      : [];
  });
}

function writeTable(rows: readonly Row[]): string[] {
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
    const first = rows.find((other) => other.name === name)!;
    const cells = [name, String(keyCount)];
    const ask = (measured: CommandRun | undefined, describe: (run: CommandRun) => string): void => {
      cells.push(!measured || measured.failure ? 'failed' : describe(measured));
    };
    ask(created, ({ seconds }) => formatSeconds(seconds));
    ask(embedded, ({ seconds }) => formatSeconds(seconds));
    ask(embedded, ({ secondsToFullRecall: s }) => (s === undefined ? 'not seen' : formatSeconds(s)));
    ask(embedded, ({ last }) => `${(last!.recall! * 100).toFixed(1)} %`);
    ask(verified, ({ seconds }) => formatSeconds(seconds));
    ask(verified, ({ last }) => last!.verdict!);
    ask(verified, ({ seconds }) => (keyCount / seconds).toFixed(0));
    ask(embedded, (measured) => formatGrowth(measured, first.embedded));
    ask(verified, (measured) => formatGrowth(measured, first.verified));
    ask(embedded, (measured) => formatPeak(measured, row));
    ask(verified, (measured) => formatPeak(measured, row));
    return cells;
  });
  return makeTable(head, body);
}

function formatGrowth({ seconds }: CommandRun, first: CommandRun | undefined): string {
  return !first || first.failure ? 'unknown' : `× ${(seconds / first.seconds).toFixed(2)}`;
}

function formatPeak({ peakBytes }: CommandRun, { folder }: Row): string {
  if (peakBytes === undefined) return 'not measured (needs Linux)';
  return `${toMib(peakBytes)} (× ${(peakBytes / weighModel(folder)).toFixed(1)})`;
}
