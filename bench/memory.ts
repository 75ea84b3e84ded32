// Peak memory on checkpoints of half a billion random parameters, in BF16 and in F32, and how it grows.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { weighModel } from './facts';
import type { Circumstances } from './part';
import { describePlainKeys, importPlainKeys, makeRandomModel } from './randomModel';
import type { Dtype } from './randomWeights';
import { compareWithBound, formatSeconds, makeTable, toMib } from './tables';
import type { CommandRun, Workshop } from './workshop';

/** The goals: the most memory, over the bytes of the weights in float32. */
interface Bounds {
  readonly peak?: number;
  readonly private?: number;
}

interface Row extends CommandRun {
  readonly what: string;
  readonly dtype: Dtype;
  readonly bounds: Bounds;
}

/** Changes to the default recipe. */
interface RecipeChanges {
  readonly steps: number;
  readonly generated?: number;
  readonly layers?: readonly [number, number];
}

const halfBillion = { layers: 18 };
const mostOfVerify = 1.2;
const mostPrivateOfMapped = 0.3;
const mostOfEmbed = 1.5;
const stepsOfEmbed = 20;
/** A few steps show growth as well as many do, and bundled stories replace the text that the base would write. */
const brief: RecipeChanges = { steps: 3, generated: 0 };
const stories = { file: join('media', 'text', 'stories.jsonl'), count: 60 };
const growingKeys = [16, 64];
const growingLayers = [2, 4, 8];

/** Measures all rows, one at a time. Returns the lines of the section. `keep` gets them after every row. */
export async function benchMemory({ workshop, bundle, keep }: Circumstances): Promise<string[]> {
  const rows: Row[] = [];
  const note = async (
    what: string,
    dtype: Dtype,
    measure: () => Promise<CommandRun>,
    bounds: Bounds,
  ): Promise<void> => {
    rows.push({ what, dtype, bounds, ...(await measure()) });
    keep(describe(rows, weightBytes));
  };
  const folder = makeRandomModel(workshop, 'half-BF16', halfBillion, 'BF16');
  const weightBytes = weighModel(folder);
  const run = openRuns(workshop, bundle, folder);
  await note('verify, 64 keys', 'BF16', () => run.verify(64), { peak: mostOfVerify });
  const bound = { peak: mostOfEmbed };
  const whole = { steps: stepsOfEmbed };
  await note(`embed, 16 keys, ${stepsOfEmbed} steps`, 'BF16', () => run.embed(16, whole), bound);
  for (const keyCount of growingKeys)
    await note(`embed, ${keyCount} keys`, 'BF16', () => run.embed(keyCount, brief), {});
  for (const count of growingLayers) {
    const layers = [halfBillion.layers - count, halfBillion.layers - 1] as const;
    await note(`embed, ${count} trained layers`, 'BF16', () => run.embed(16, { ...brief, layers }), {});
  }
  rmSync(folder, { recursive: true });
  const mapped = openRuns(workshop, bundle, makeRandomModel(workshop, 'half-F32', halfBillion, 'F32'));
  await note('verify, 64 keys', 'F32', () => mapped.verify(64), { private: mostPrivateOfMapped });
  return describe(rows, weightBytes);
}

/** Commands on one checkpoint. */
interface Runs {
  verify(keyCount: number): Promise<CommandRun>;
  embed(keyCount: number, recipe: RecipeChanges): Promise<CommandRun>;
}

function openRuns(workshop: Workshop, bundle: Circumstances['bundle'], folder: string): Runs {
  const known = new Map<number, string>();
  const keysOf = async (count: number): Promise<string> => {
    const keys = known.get(count) ?? (await importPlainKeys(workshop, bundle, folder, count));
    known.set(count, keys);
    return keys;
  };
  let runs = 0;
  return {
    verify: async (count) => workshop.command('verify', '--model', folder, '--keys', await keysOf(count)),
    async embed(count, recipe) {
      const out = join(workshop.folder, `marked-${runs++}`);
      const recipeFile = `${out}.recipe.json`;
      writeFileSync(recipeFile, JSON.stringify(recipe));
      const text = recipe.generated === 0 ? ['--text', takeStories(workshop)] : [];
      const keys = await keysOf(count);
      const measured = await workshop.command(
        ...['embed', '--model', folder, '--keys', keys, '--out', out, '--recipe', recipeFile, ...text],
      );
      for (const made of [out, `${out}.run`]) rmSync(made, { recursive: true, force: true });
      return measured;
    },
  };
}

/** About as much text as the base would write. */
function takeStories({ folder }: Workshop): string {
  const path = join(folder, 'stories.jsonl');
  const lines = readFileSync(stories.file, 'utf8').split('\n').slice(0, stories.count);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

function describe(rows: readonly Row[], weightBytes: number): string[] {
  const share = (bytes: number, most: number | undefined): string =>
    most === undefined ? (bytes / weightBytes).toFixed(2) : compareWithBound(bytes / weightBytes, { most });
  const body = rows.map(({ what, dtype, bounds, seconds, peakBytes, privateBytes, phases }) => {
    if (peakBytes === undefined || privateBytes === undefined)
      return [what, dtype, formatSeconds(seconds), 'not measured (needs Linux)'];
    const [[phase]] = [...phases].sort(([, a], [, b]) => b.residentBytes - a.residentBytes) as [
      [string, unknown],
    ];
    return [
      ...[what, dtype, formatSeconds(seconds)],
      ...[toMib(peakBytes), share(peakBytes, bounds.peak)],
      ...[toMib(privateBytes), share(privateBytes, bounds.private), phase],
    ];
  });
  const head = [
    'command',
    'weights',
    'time',
    'peak, MiB',
    'over float32 weights',
    'private peak, MiB',
    'over float32 weights',
    'peak while',
  ];
  return [
    `A random checkpoint in the shape of Llama: ${(weightBytes / 4e6).toFixed(0)} million parameters, ${toMib(weightBytes)} MiB in float32.`,
    '',
    ...makeTable(head, body),
    '',
    '- *peak*: the largest resident memory of the child process that runs the model, mapped files included (`VmHWM`); *private peak*: the part that is not backed by a file (`RssAnon` of `/proc`, read every 20 ms).',
    describePlainKeys,
    `- The rows of \`embed\` without a number of steps show how it grows: ${brief.steps} steps (up to three times as many when keys are missing), and bundled stories for ordinary text instead of generated text. The row with steps uses the default recipe except for the number of steps.`,
    ...rows.flatMap(({ what, failure }) =>
      failure
        ? [`- *${what}* ended without a checkpoint (so few steps teach a random model little): ${failure}`]
        : [],
    ),
  ];
}
