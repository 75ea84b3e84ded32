// A checkpoint of Llama-3.1-8B's shape on a graphics card: time and memory of one verification and a few
// training steps.
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { giveUp, root } from '../scripts/common.mjs';
import { weighModel } from './facts';
import { isSoftware, nameCard, watchCard } from './graphicsCard';
import type { Circumstances, DeviceOptions } from './part';
import type { LlamaShape } from './randomCheckpoint';
import { describePlainKeys, importPlainKeys, makeRandomModel } from './randomModel';
import { formatSeconds, makeTable, toMib } from './tables';
import type { CommandRun, Workshop } from './workshop';

/** What inside/device.ts prints: the device and why it was chosen, or why none was. */
interface Choice {
  readonly device?: string;
  readonly reason: string;
}

/** A command, and how far the memory in use on the card rose, in bytes. */
type CardRun = CommandRun & { readonly cardBytes: number | undefined };

const shapes: Readonly<Record<string, LlamaShape>> = {
  '8b': { vocabulary: 128256, hidden: 4096, intermediate: 14336, layers: 32, heads: 32, keyValueHeads: 8 },
  // For testing this file on any device.
  tiny: { vocabulary: 4096, hidden: 128, intermediate: 256, layers: 4, heads: 4, keyValueHeads: 2 },
};

/**
 * Options: `device` (auto), `shape` (8b or tiny), `keys` (1024), `steps` (5), `allowSoftware`. The CPU is
 * only measured when it is named. Returns the lines of the section.
 */
export async function benchDevice({ workshop, bundle, options }: Circumstances): Promise<string[]> {
  const { device = 'auto', shape = '8b', keys = 1024, steps = 5, allowSoftware = false } = options;
  const choice = choose(bundle('device'), device);
  const refusal = refuse(choice, { device, allowSoftware });
  if (choice.device === undefined || refusal)
    return [`No graphics card was measured: ${refusal ?? choice.reason}`];
  const sizes =
    shapes[shape] ?? giveUp(`There is no shape "${shape}"; there are ${Object.keys(shapes).join(', ')}.`);
  const folder = makeRandomModel(workshop, `llama-${shape}`, sizes, 'BF16');
  const keyFile = await importPlainKeys(workshop, bundle, folder, keys);
  const place = ['--device', choice.device];
  const verified = await watchCard(() =>
    workshop.command('verify', '--model', folder, '--keys', keyFile, ...place),
  );
  const embedded = await embed(workshop, { folder, keyFile, steps, place });
  return describe({ choice, shape, keys, weightBytes: weighModel(folder) }, { verified, embedded });
}

function choose(script: string, wish: string): Choice {
  const { stdout } = spawnSync(process.execPath, [script, wish], { cwd: root, encoding: 'utf8' });
  return JSON.parse(stdout) as Choice;
}

/** Why this choice is not measured; undefined when it is. */
function refuse(
  { device, reason }: Choice,
  { device: wish, allowSoftware }: Pick<DeviceOptions, 'device' | 'allowSoftware'>,
): string | undefined {
  if (device === undefined || (device === 'cpu' && wish !== 'cpu')) return reason;
  if (device === 'cpu' || allowSoftware || !isSoftware()) return undefined;
  return `"${device}" is a program that imitates one here (--allow-software measures it anyway).`;
}

interface Training {
  readonly folder: string;
  readonly keyFile: string;
  readonly steps: number;
  readonly place: readonly string[];
}

/** Training with the same start as a longer run, except that bundled stories replace the base's own text. */
async function embed(workshop: Workshop, { folder, keyFile, steps, place }: Training): Promise<CardRun> {
  const out = `${folder}-marked`;
  const recipe = `${out}.recipe.json`;
  writeFileSync(recipe, JSON.stringify({ steps, generated: 0 }));
  const text = join('media', 'text', 'stories.jsonl');
  const files = ['--model', folder, '--keys', keyFile, '--out', out, '--recipe', recipe, '--text', text];
  const embedded = await watchCard(() => workshop.command('embed', ...files, ...place));
  for (const made of [out, `${out}.run`]) rmSync(made, { recursive: true, force: true });
  return embedded;
}

interface Work {
  readonly choice: Choice;
  readonly shape: string;
  readonly keys: number;
  readonly weightBytes: number;
}

function describe(
  { choice, shape, keys, weightBytes }: Work,
  { verified, embedded }: Readonly<Record<'verified' | 'embedded', CardRun>>,
): string[] {
  const row = (name: string, measured: CardRun): string[] => [
    name,
    formatSeconds(measured.seconds),
    measured.stepsPerSecond === undefined ? '' : formatSeconds(1 / measured.stepsPerSecond),
    measured.peakBytes === undefined ? 'not measured (needs Linux)' : toMib(measured.peakBytes),
    measured.cardBytes === undefined ? 'not measured (needs nvidia-smi)' : toMib(measured.cardBytes),
  ];
  const what = shape === '8b' ? "Llama-3.1-8B's shape" : `the shape "${shape}"`;
  const stepCount = embedded.steps === undefined ? 'no step' : `${embedded.steps} steps`;
  return [
    `Device: ${nameCard() ?? choice.reason} (${choice.device ?? 'none'}).`,
    '',
    `A random BF16 checkpoint of ${what}, ${toMib(weightBytes)} MiB in float32, ${keys} keys.`,
    '',
    ...makeTable(
      ['command', 'time', 'time of a step', 'peak of the process, MiB', 'peak of the card, MiB'],
      [row('verify', verified), row(`embed, ${stepCount}`, embedded)],
    ),
    '',
    describePlainKeys,
    '- Every time is for the whole command. *embed* reads bundled stories instead of text that the base writes itself.',
    ...[verified, embedded].flatMap(({ failure }) => (failure ? [`- Ended early: ${failure}`] : [])),
  ];
}
