// npm run bench: installs, builds, and measures. "npm run bench -- step ask" runs these parts and nothing else; every part
// writes its own section of bench/RESULTS.md and leaves the others as they are.
import { parseArgs } from 'node:util';
import { ensureInstalled } from '../ensureInstalled.mjs';
import { build, giveUp } from '../steps.mjs';
import { writeSection } from './page.mjs';

/** The parts in the order of the page. */
const parts = {
  commands: 'The commands',
  step: 'A training step, against PyTorch',
  ask: 'A verification, against one question at a time',
  memory: 'Memory',
  device: 'On a graphics card',
};
const models = [
  { name: 'TinyStories-656K', folder: 'media/sample-model' },
  { name: 'chat-5M', folder: 'test/fixtures/models/chat-5M' },
];
/** Of both sides, where two are compared. */
const threads = 2;

const { words, options } = readArguments();
ensureInstalled();
build();
// Imported late: these stand on packages that have to be installed first.
const { bundleInside } = await import('./bundle.mjs');
const { openWorkshop, requireCommand } = await import('./workshop.mjs');
const bundle = await bundleInside('step', 'ask', 'plainKeys', 'device');
for (const part of words) await runPart(part);

/** A part's section is on the page when it is done, and that of the long ones after every row. */
async function runPart(part) {
  const workshop = openWorkshop();
  const run = await findPart(part);
  const keep = (lines) => writeSection(parts, part, lines);
  const makeKeys = (wanted) => createKeys(workshop, wanted);
  const lines = await run({ workshop, models, model: models[1], threads, bundle, makeKeys, keep, options });
  process.stdout.write(`\n${keep(lines)}\n`);
  workshop.remove();
}

async function findPart(part) {
  if (part === 'commands') return (await import('./commands.mjs')).benchCommands;
  if (part === 'step') return (await import('./step.mjs')).benchStep;
  if (part === 'ask') return (await import('./ask.mjs')).benchAsk;
  if (part === 'memory') return (await import('./memory.mjs')).benchMemory;
  return (await import('./device.mjs')).benchDevice;
}

/** Draws a key set from a model by the command line; gives its file. */
async function createKeys(workshop, { model, count, responseLength = 1 }) {
  const out = `${workshop.folder}/${count}-${responseLength}.fpkeys`;
  const size = ['--count', String(count), '--response-length', String(responseLength)];
  await requireCommand(workshop, 'keys', 'create', '--model', model, ...size, '--out', out);
  return out;
}

function readArguments() {
  const text = { type: 'string' };
  const known = { device: text, shape: text, keys: text, steps: text, 'allow-software': { type: 'boolean' } };
  const { values, positionals } = parseArgs({ allowPositionals: true, options: known });
  const unknown = positionals.find((word) => !(word in parts));
  if (unknown !== undefined)
    giveUp(`There is no part "${unknown}" of the bench; there are ${Object.keys(parts).join(', ')}.`);
  return {
    words: positionals.length === 0 ? Object.keys(parts) : positionals,
    options: {
      ...values,
      ...(values.keys && { keys: Number(values.keys) }),
      ...(values.steps && { steps: Number(values.steps) }),
      allowSoftware: values['allow-software'],
    },
  };
}
