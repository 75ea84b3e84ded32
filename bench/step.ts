// The training step of `embed` against the same step in PyTorch, on the same cores in the same run.
import { join } from 'node:path';
import type { BenchModel, Circumstances } from './part';
import { askAtRest, startPeer } from './peer';
import { findPython, notCompared, type Python } from './python';
import { compareWithBound, formatMs, makeTable, median } from './tables';

/** What a side reports of a step. */
interface Step {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly keyLoss: number;
  readonly divergence: number;
}

/** One step on every side. */
interface Taken {
  readonly ours: Step;
  /** By the variant of PyTorch's side. */
  readonly theirs: Readonly<Record<string, Step>>;
}

const keyCount = 64;
const warmUps = 3;
const measuredSteps = 9;
/** The KL of the first step is 0 where nothing has moved yet. */
const leastLoss = 1e-6;
/** How many steps have their losses printed, and how far these may differ. */
const comparedSteps = 5;
const tolerance = 1e-3;
const mostOfPyTorch = 0.4;
const names = { keyLoss: 'loss of the keys', divergence: 'KL from the base' };
type Loss = keyof typeof names;
const losses = Object.keys(names) as Loss[];
const variants: Readonly<Record<string, string>> = {
  written:
    'as usually written: the whole model over keys and text, all logits, the unmarked model asked again',
  half: 'whole forward pass, frozen half included; logits only where they count, the base’s final states kept',
  kept: 'everything kept that never changes, the frozen half too',
};

/** Takes the same steps on every side in turn. Returns the lines of the section. */
export async function benchStep({
  workshop,
  model,
  threads,
  bundle,
  makeKeys,
}: Circumstances): Promise<string[]> {
  const keys = await makeKeys({ model: model.folder, count: keyCount });
  const setup = join(workshop.folder, 'step-setup.json');
  const ours = startPeer(process.execPath, [bundle('step'), model.folder, keys, setup], {
    ...workshop.env,
    FINGERPRINT_THREADS: String(threads),
  });
  // The first answer means that the setup is written.
  const plan = join(workshop.folder, 'step-plan.json');
  await ours.ask({ plan });
  const python = findPython();
  const script = join('bench', 'pytorch', 'step.py');
  const torch = python && startPeer(python.command, [script, setup, String(threads)]);
  const steps: Taken[] = [];
  for (let step = 0; step < warmUps + measuredSteps; step++) {
    await ours.ask({ plan });
    const own = (await askAtRest(ours, { step: true })) as Step;
    const theirs: Record<string, Step> = {};
    for (const variant of torch ? Object.keys(variants) : [])
      theirs[variant] = (await askAtRest(torch!, { plan, variant })) as Step;
    const taken = { ours: own, theirs };
    steps.push(taken);
    process.stderr.write(`step ${step + 1}: ${describeTimes(taken)}\n`);
  }
  await Promise.all([ours.close(), torch?.close()]);
  return describe(steps, { model, threads, python });
}

function describeTimes({ ours, theirs }: Taken): string {
  return Object.entries({ ours, ...theirs })
    .map(([side, { seconds }]) => `${side} ${formatMs(seconds)}`)
    .join(', ');
}

interface Sides {
  readonly model: BenchModel;
  readonly threads: number;
  readonly python: Python | undefined;
}

function describe(steps: readonly Taken[], { model, threads, python }: Sides): string[] {
  const measured = steps.slice(warmUps);
  const ours = measured.map((taken) => taken.ours);
  const own = timeOf(ours);
  const rows = (python ? Object.entries(variants) : []).map(([variant, words]) => {
    const theirs = measured.map((taken) => taken.theirs[variant]!);
    const share = own / timeOf(theirs);
    const bound = variant === 'kept' ? share.toFixed(2) : compareWithBound(share, { most: mostOfPyTorch });
    return [`PyTorch, ${words}`, formatMs(timeOf(theirs)), bound, busyOf(theirs)];
  });
  return [
    `One step of \`embed\` on ${model.name}: the default recipe (the MLP of the upper half), ${keyCount} keys, ${threads} threads; median of ${measuredSteps} steps after ${warmUps}, all sides taking each step in turn.`,
    '',
    ...makeTable(
      ['step', 'time', 'ours over theirs', 'time of all cores'],
      [['ours', formatMs(own), '', busyOf(ours)], ...rows],
    ),
    '',
    ...(python ? describeAgreement(steps, python) : [`- ${notCompared}`]),
    '- Our time covers the whole step: making the inputs, gradients, Adam. PyTorch’s time excludes reading and padding the ids.',
  ];
}

function timeOf(side: readonly Step[]): number {
  return median(side.map(({ seconds }) => seconds));
}

function busyOf(side: readonly Step[]): string {
  return formatMs(median(side.map(({ cpuSeconds }) => cpuSeconds)));
}

/** The proof that all sides take the same step: the losses of the first steps. */
function describeAgreement(steps: readonly Taken[], python: Python): string[] {
  const first = steps.slice(0, comparedSteps);
  const apart = first.flatMap(({ ours, theirs }) =>
    Object.values(theirs).flatMap((other) =>
      losses.map((name) => Math.abs(other[name] - ours[name]) / Math.max(Math.abs(ours[name]), leastLoss)),
    ),
  );
  const largest = Math.max(...apart);
  const list = (side: readonly Step[], name: Loss): string =>
    side.map((step) => step[name].toPrecision(5)).join(', ');
  const ours = first.map((taken) => taken.ours);
  const kept = first.map((taken) => taken.theirs.kept!);
  return [
    `- ${python.versions}, eager; transformers’ own model, \`torch.optim.Adam\`.`,
    `- The same step: over the first ${comparedSteps} steps the losses differ by at most ${largest.toExponential(1)}, relatively (goal: ${tolerance}; ${largest <= tolerance ? 'met' : 'missed'}).`,
    ...losses.map((name) => `  ${names[name]}: ours ${list(ours, name)}; PyTorch ${list(kept, name)}.`),
  ];
}
