// A verification against transformers' `generate`, one key at a time, on the same cores in the same run.
import { join } from 'node:path';
import type { BenchModel, Circumstances } from './part';
import { askAtRest, startPeer } from './peer';
import { findPython, notCompared, type Python } from './python';
import { compareWithBound, formatSeconds, makeTable, median } from './tables';
import type { Workshop } from './workshop';

/** What one side reports after all keys were asked. */
interface Asked {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The numbers of the keys that were answered, ascending. */
  readonly answered: readonly number[];
}

interface BothAsked {
  readonly ours: Asked;
  readonly theirs: Asked | undefined;
}

type Row = (string | number)[];

const repeats = 3;
/** Tokens in a response, how many keys (few have ten usable responses of many tokens), and the goal for our speed-up in keys a second. */
const cases = [
  { responseLength: 1, keyCount: 256, least: 5 },
  { responseLength: 16, keyCount: 128, least: 20 },
];
type Case = (typeof cases)[number];

/** Asks both sides the same keys in turn. Returns the lines of the section. */
export async function benchAsk({
  workshop,
  model,
  threads,
  bundle,
  makeKeys,
}: Circumstances): Promise<string[]> {
  const python = findPython();
  const rows: Row[] = [];
  const notes: string[] = [];
  for (const given of cases) {
    const { responseLength, keyCount } = given;
    const keys = await makeKeys({ model: model.folder, count: keyCount, responseLength });
    const suspect = await makeMarked(workshop, model, keys);
    const plain = join(workshop.folder, `plain-${responseLength}.json`);
    const ours = startPeer(process.execPath, [bundle('ask'), suspect.folder, keys, plain], {
      ...workshop.env,
      FINGERPRINT_THREADS: String(threads),
    });
    await ours.ask({});
    const script = join('bench', 'pytorch', 'generate.py');
    const torch = python && startPeer(python.command, [script, suspect.folder, plain, String(threads)]);
    const asked: BothAsked[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const sides = {
        ours: (await askAtRest(ours, {})) as Asked,
        theirs: torch && ((await askAtRest(torch, {})) as Asked),
      };
      asked.push(sides);
      process.stderr.write(`${responseLength} tokens, ${repeat + 1} of ${repeats}: ${sayTimes(sides)}\n`);
    }
    await Promise.all([ours.close(), torch?.close()]);
    rows.push(makeRow(given, asked));
    notes.push(describeAnswers(given, suspect, asked[0]!));
  }
  return describe(model, { threads, python }, rows, notes);
}

/** The marked copy of a model, or the model itself where most keys were not learned: that can be asked as well. */
async function makeMarked(workshop: Workshop, model: BenchModel, keys: string): Promise<BenchModel> {
  const marked = `${keys}-marked`;
  const { failure } = await workshop.command(
    'embed',
    '--model',
    model.folder,
    '--keys',
    keys,
    '--out',
    marked,
  );
  return failure
    ? { folder: model.folder, name: `${model.name}, unmarked (${failure})` }
    : { folder: marked, name: `${model.name}, marked` };
}

function sayTimes({ ours, theirs }: BothAsked): string {
  return `ours ${formatSeconds(ours.seconds)}${theirs ? `, generate ${formatSeconds(theirs.seconds)}` : ''}`;
}

function makeRow({ responseLength, keyCount, least }: Case, asked: readonly BothAsked[]): Row {
  const rate = (side: readonly Asked[]): number => keyCount / median(side.map(({ seconds }) => seconds));
  const busy = (side: readonly Asked[]): string =>
    formatSeconds(median(side.map(({ cpuSeconds }) => cpuSeconds)));
  const ours = asked.map((sides) => sides.ours);
  const theirs = asked.flatMap((sides) => sides.theirs ?? []);
  const own = rate(ours);
  if (theirs.length === 0) return [responseLength, keyCount, own.toFixed(0), '', '', busy(ours), ''];
  const factor = compareWithBound(own / rate(theirs), { least });
  return [
    responseLength,
    keyCount,
    own.toFixed(0),
    rate(theirs).toFixed(1),
    factor,
    busy(ours),
    busy(theirs),
  ];
}

function describeAnswers(
  { responseLength, keyCount }: Case,
  suspect: BenchModel,
  { ours, theirs }: BothAsked,
): string {
  const count = `${ours.answered.length} of ${keyCount}`;
  const same = ours.answered.join() === theirs?.answered.join();
  const agreement = theirs ? `; ${same ? 'the same keys' : 'other keys (a fault)'} with \`generate\`` : '';
  return `- ${responseLength} ${responseLength === 1 ? 'token' : 'tokens'}: asked of ${suspect.name}; answered ${count}${agreement}.`;
}

function describe(
  model: BenchModel,
  { threads, python }: { threads: number; python: Python | undefined },
  rows: readonly Row[],
  notes: readonly string[],
): string[] {
  const head = [
    'tokens in a response',
    'keys',
    'ours, keys a second',
    '`generate`, keys a second',
    'times as many',
    'ours, time of all cores',
    '`generate`, time of all cores',
  ];
  return [
    `Keys of ${model.name} asked, ${threads} threads; median of ${repeats}, both sides in turn.`,
    '',
    ...makeTable(head, rows),
    '',
    python
      ? `- ${python.versions}, eager; \`model.generate\`, greedy, one key at a time, exactly as many tokens as the response has.`
      : `- ${notCompared}`,
    '- Timed on our side: opening the session, asking all keys, their answers and ranks, the verdict (`verify` without a base). On the other side: the calls of `generate`. Not timed: starting, reading and checking the files, loading the other side’s model.',
    ...notes,
  ];
}
