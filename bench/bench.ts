// npm run bench: installs, builds, and measures. "npm run bench -- step ask" runs only these parts. Every
// part writes its own section of bench/RESULTS.md and leaves the others unchanged.
import { parseArgs } from 'node:util';
import { giveUp } from '../scripts/common.mjs';
import { build } from '../scripts/steps/node';
import { benchAsk } from './ask';
import { bundleInside } from './bundle';
import { benchCommands } from './commands';
import { benchDevice } from './device';
import { benchMemory } from './memory';
import { writeSection } from './page';
import type { Circumstances, DeviceOptions, Measure, KeyRequest } from './part';
import { benchStep } from './step';
import { openWorkshop, requireCommand, type Workshop } from './workshop';

/** The parts in the order of the page. */
const parts: Readonly<Record<string, { readonly title: string; readonly measure: Measure }>> = {
  commands: { title: 'The commands', measure: benchCommands },
  step: { title: 'A training step, against PyTorch', measure: benchStep },
  ask: { title: 'A verification, against one question at a time', measure: benchAsk },
  memory: { title: 'Memory', measure: benchMemory },
  device: { title: 'On a graphics card', measure: benchDevice },
};
const names = Object.keys(parts);
const titles = Object.fromEntries(Object.entries(parts).map(([name, { title }]) => [name, title]));

const compared = { name: 'chat-5M', folder: 'test/fixtures/models/chat-5M' };
const models = [{ name: 'TinyStories-656K', folder: 'media/sample-model' }, compared];
/** For both sides of a comparison. */
const threads = 2;

export async function main(words: readonly string[]): Promise<void> {
  const { chosen, options } = readArguments(words);
  build();
  const bundle = await bundleInside('step', 'ask', 'plainKeys', 'device');
  for (const part of chosen) await runPart(part, { models, model: compared, threads, bundle, options });
}

/** A part's section is written when the part is done; a long part also writes it after every row. */
async function runPart(
  part: string,
  given: Omit<Circumstances, 'workshop' | 'makeKeys' | 'keep'>,
): Promise<void> {
  const workshop = openWorkshop();
  const makeKeys = (request: KeyRequest): Promise<string> => createKeys(workshop, request);
  const keep = (lines: readonly string[]): string => writeSection(titles, part, lines);
  const lines = await parts[part]!.measure({ ...given, workshop, makeKeys, keep });
  process.stdout.write(`\n${keep(lines)}\n`);
  workshop.remove();
}

async function createKeys(
  workshop: Workshop,
  { model, count, responseLength = 1 }: KeyRequest,
): Promise<string> {
  const out = `${workshop.folder}/${count}-${responseLength}.fpkeys`;
  const size = ['--count', String(count), '--response-length', String(responseLength)];
  await requireCommand(workshop, 'keys', 'create', '--model', model, ...size, '--out', out);
  return out;
}

function readArguments(words: readonly string[]): { chosen: readonly string[]; options: DeviceOptions } {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      device: { type: 'string' },
      shape: { type: 'string' },
      keys: { type: 'string' },
      steps: { type: 'string' },
      'allow-software': { type: 'boolean' },
    },
  });
  const unknown = positionals.find((word) => !names.includes(word));
  if (unknown !== undefined) giveUp(`The bench has no part "${unknown}"; its parts are ${names.join(', ')}.`);
  const toNumber = (text: string | undefined): number | undefined => (text ? Number(text) : undefined);
  return {
    chosen: positionals.length === 0 ? names : positionals,
    options: {
      device: values.device,
      shape: values.shape,
      keys: toNumber(values.keys),
      steps: toNumber(values.steps),
      allowSoftware: values['allow-software'],
    },
  };
}
