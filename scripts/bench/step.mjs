// The training step of `embed` against the same step in PyTorch, on the same cores in the same run.
import { join } from 'node:path';
import { askAtRest, startPeer } from './peer.mjs';
import { findPython, notCompared } from './python.mjs';
import { compareWithBound, formatMs, makeTable, median } from './tables.mjs';

const keyCount = 64;
const warmUps = 3;
const measuredSteps = 9;
/** Steps whose losses are printed, and how far they may be apart. */
const comparedSteps = 5;
const tolerance = 1e-3;
const mostOfPyTorch = 0.4;
const variants = {
  written:
    'as usually written: the whole model over keys and text, all logits, the unmarked model asked again',
  half: 'whole forward pass, frozen half included; logits only where they count, the base’s final states kept',
  kept: 'everything kept that never changes, the frozen half too',
};

/** Takes the same steps on every side in turn. Gives the lines of the section. */
export async function benchStep({ workshop, model, threads, bundle, makeKeys }) {
  const keys = await makeKeys({ model: model.folder, count: keyCount });
  const setup = join(workshop.folder, 'step-setup.json');
  const ours = startPeer(process.execPath, [bundle('step'), model.folder, keys, setup], {
    ...workshop.env,
    FINGERPRINT_THREADS: String(threads),
  });
  // The first answer says that the setup is written.
  const plan = join(workshop.folder, 'step-plan.json');
  await ours.ask({ plan });
  const python = findPython();
  const script = join('scripts', 'bench', 'pytorch', 'step.py');
  const torch = python && startPeer(python.command, [script, setup, String(threads)]);
  const steps = [];
  for (let step = 0; step < warmUps + measuredSteps; step++) {
    await ours.ask({ plan });
    const taken = { ours: await askAtRest(ours, { step: true }) };
    for (const variant of torch ? Object.keys(variants) : [])
      taken[variant] = await askAtRest(torch, { plan, variant });
    steps.push(taken);
    process.stderr.write(`step ${step + 1}: ${describeTimes(taken)}\n`);
  }
  await Promise.all([ours.close(), torch?.close()]);
  return describe(steps, { model, threads }, python);
}

function describeTimes(taken) {
  return Object.entries(taken)
    .map(([side, { seconds }]) => `${side} ${formatMs(seconds)}`)
    .join(', ');
}

function describe(steps, { model, threads }, python) {
  const medianOf = (side, name) => median(steps.slice(warmUps).map((taken) => taken[side][name]));
  const timeOf = (side) => medianOf(side, 'seconds');
  const busyOf = (side) => formatMs(medianOf(side, 'cpuSeconds'));
  const own = timeOf('ours');
  const compared = python ? Object.keys(variants) : [];
  const rows = compared.map((variant) => {
    const share = own / timeOf(variant);
    const bound = variant === 'kept' ? share.toFixed(2) : compareWithBound(share, { most: mostOfPyTorch });
    return [`PyTorch, ${variants[variant]}`, formatMs(timeOf(variant)), bound, busyOf(variant)];
  });
  return [
    `One step of \`embed\` on ${model.name}: the default recipe (the MLP of the upper half), ${keyCount} keys, ${threads} threads; median of ${measuredSteps} steps after ${warmUps}, all sides taking each step in turn.`,
    '',
    ...makeTable(
      ['step', 'time', 'ours over theirs', 'time of all cores'],
      [['ours', formatMs(own), '', busyOf('ours')], ...rows],
    ),
    '',
    ...(python ? describeAgreement(steps, python) : [`- ${notCompared}`]),
    '- Ours is the whole step: making the inputs, gradients, Adam. PyTorch’s is without reading and padding the ids.',
  ];
}

/** The proof that all sides take the same step: what the first steps found. */
function describeAgreement(steps, python) {
  const names = { keyLoss: 'loss of the keys', divergence: 'KL from the base' };
  const first = steps.slice(0, comparedSteps);
  const apart = first.flatMap(({ ours, ...others }) =>
    Object.values(others).flatMap((theirs) =>
      Object.keys(names).map((name) => Math.abs(theirs[name] - ours[name]) / Math.abs(ours[name])),
    ),
  );
  const largest = Math.max(...apart);
  const list = (side, name) => first.map((taken) => taken[side][name].toPrecision(5)).join(', ');
  return [
    `- ${python.versions}, eager; transformers’ own model, \`torch.optim.Adam\`.`,
    `- The same step: over the first ${comparedSteps} steps the losses are at most ${largest.toExponential(1)} apart, relatively (asked: ${tolerance}; ${largest <= tolerance ? 'kept' : 'missed'}).`,
    ...Object.entries(names).map(
      ([name, words]) => `  ${words}: ours ${list('ours', name)}; PyTorch ${list('kept', name)}.`,
    ),
  ];
}
