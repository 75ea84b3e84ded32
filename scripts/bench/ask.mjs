// A verification against transformers' `generate`, one key at a time, on the same cores in the same run.
import { join } from 'node:path';
import { askAtRest, startPeer } from './peer.mjs';
import { findPython, notCompared } from './python.mjs';
import { compareWithBound, formatSeconds, makeTable, median } from './tables.mjs';

const keyCount = 256;
const repeats = 3;
/** Tokens in a response, and how many times as many keys a second are asked for. */
const cases = [
  { responseLength: 1, least: 5 },
  { responseLength: 16, least: 20 },
];

/** Asks the same keys on both sides in turn. Gives the lines of the section. */
export async function benchAsk({ workshop, model, threads, bundle, makeKeys }) {
  const python = findPython();
  const rows = [];
  const notes = [];
  for (const { responseLength, least } of cases) {
    const keys = await makeKeys({ model: model.folder, count: keyCount, responseLength });
    const suspect = await makeMarked(workshop, model, keys);
    const plain = join(workshop.folder, `plain-${responseLength}.json`);
    const ours = startPeer(process.execPath, [bundle('ask'), suspect.folder, keys, plain], {
      ...workshop.env,
      FINGERPRINT_THREADS: String(threads),
    });
    await ours.ask({});
    const script = join('scripts', 'bench', 'pytorch', 'generate.py');
    const torch = python && startPeer(python.command, [script, suspect.folder, plain, String(threads)]);
    const asked = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      asked.push({ ours: await askAtRest(ours, {}), theirs: torch && (await askAtRest(torch, {})) });
      process.stderr.write(
        `${responseLength} tokens, ${repeat + 1} of ${repeats}: ${sayTimes(asked.at(-1))}\n`,
      );
    }
    await Promise.all([ours.close(), torch?.close()]);
    rows.push(makeRow(responseLength, least, asked));
    notes.push(describeAnswers(responseLength, suspect, asked[0]));
  }
  return describe({ model, threads, python }, rows, notes);
}

/** The marked copy of a model, or the model itself where most keys were not learned: it can be asked as well. */
async function makeMarked({ folder, command }, model, keys) {
  const marked = `${keys}-marked`;
  const { failure } = await command('embed', '--model', model.folder, '--keys', keys, '--out', marked);
  return failure
    ? { folder: join(model.folder), name: `${model.name}, unmarked (${failure})` }
    : { folder: marked, name: `${model.name}, marked` };
}

function sayTimes({ ours, theirs }) {
  return `ours ${formatSeconds(ours.seconds)}${theirs ? `, generate ${formatSeconds(theirs.seconds)}` : ''}`;
}

function makeRow(responseLength, least, asked) {
  const rate = (side) => keyCount / median(asked.map((sides) => sides[side].seconds));
  const busy = (side) => formatSeconds(median(asked.map((sides) => sides[side].cpuSeconds)));
  const own = rate('ours');
  if (!asked[0].theirs) return [responseLength, own.toFixed(0), '', '', busy('ours'), ''];
  const factor = compareWithBound(own / rate('theirs'), { least });
  return [responseLength, own.toFixed(0), rate('theirs').toFixed(1), factor, busy('ours'), busy('theirs')];
}

function describeAnswers(responseLength, suspect, { ours, theirs }) {
  const count = `${ours.answered.length} of ${keyCount}`;
  const same = theirs && ours.answered.join() === theirs.answered.join();
  const agreement = theirs ? `; ${same ? 'the same keys' : 'other keys (a fault)'} with \`generate\`` : '';
  return `- ${responseLength} ${responseLength === 1 ? 'token' : 'tokens'}: asked of ${suspect.name}; answered ${count}${agreement}.`;
}

function describe({ model, threads, python }, rows, notes) {
  const head = [
    'tokens in a response',
    'ours, keys a second',
    '`generate`, keys a second',
    'times as many',
    'ours, time of all cores',
    '`generate`, time of all cores',
  ];
  return [
    `${keyCount} keys of ${model.name} asked, ${threads} threads; median of ${repeats}, both sides in turn.`,
    '',
    ...makeTable(head, rows),
    '',
    python
      ? `- ${python.versions}, eager; \`model.generate\`, greedy, one key at a time, exactly as many tokens as the response has.`
      : `- ${notCompared}`,
    '- Timed on our side: opening the session, asking all keys, their answers and ranks, the verdict (`verify` without a base). On the other: the calls of `generate`. Not timed: starting, reading and checking the files, loading the other side’s model.',
    ...notes,
  ];
}
