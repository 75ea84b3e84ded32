import { basename } from 'node:path';
import { UserError } from '../../common/errors';
import { deriveKey, RandomStream } from '../../common/random';
import { openTextFile } from '../../common/textFile/rows';
import type { TaskFile, TaskName } from '../../contract/compared/tasks';
import { formatCount } from '../../words/numbers';
import { nameTask } from '../../words/tasks';
import { readArc } from './arc';
import { readBlimp } from './blimp';
import { readHellaswag } from './hellaswag';
import { readLambada } from './lambada';
import { readMmlu } from './mmlu';
import { readPiqa } from './piqa';
import type { ReadRow, TaskItem } from './taskItem';
import { readWinogrande } from './winogrande';

/** The items of a task that were chosen from its file. */
export interface ReadTask {
  readonly name: TaskName;
  /** The name of its file. */
  readonly file: string;
  readonly items: readonly TaskItem[];
  /** Rows that hold an item. */
  readonly usableRows: number;
  /** Rows that do not, numbered from 1; only the first few are listed. */
  readonly badRows: { readonly count: number; readonly first: readonly number[] };
}

/** By fields, the most particular first: a row of several tasks is one of the first that can read it. */
const readers: readonly (readonly [TaskName, ReadRow])[] = [
  ['hellaswag', readHellaswag],
  ['winogrande', readWinogrande],
  ['piqa', readPiqa],
  ['blimp', readBlimp],
  ['mmlu', readMmlu],
  ['arc', readArc],
  ['lambada', readLambada],
];

const mostRows = 200_000;
/** Characters of the items of one file. */
const mostCharacters = 200_000_000;
const mostListed = 3;
/** Rows that are read before a file counts as none of any task. */
const rowsToRecognise = 100;

const nextStep = `Give the rows of a task as JSON lines, in their published form: ${readers.map(([name]) => nameTask(name)).join(', ')}.`;

/** The same items whatever the models are: the choice needs no secret. */
const choiceSeed = new Uint8Array(32);

/**
 * Reads the items of a task from a file of rows and chooses at most `mostItems` of them at random, the same at every
 * call. Rows that are none of the task are counted.
 * @throws UserError as openTextFile; `unexpected-content` for a file of no known task, or not of the named one;
 * `too-large` for more rows than any task has.
 */
export async function readTask({ path, name }: TaskFile, mostItems: number): Promise<ReadTask> {
  const file = await openTextFile(path, nextStep);
  if (file.form === 'text') {
    await closeText(file.stretches);
    throw new UserError('unexpected-content', `${path} is text, not rows of a task.`, nextStep);
  }
  const items: TaskItem[] = [];
  const bad = { count: 0, first: [] as number[] };
  let reader = readers.find(([known]) => known === name);
  let rows = 0;
  let characters = 0;
  for await (const row of file.rows) {
    rows++;
    reader ??= readers.find(([, read]) => read(row) !== undefined);
    const item = reader?.[1](row);
    if (item) {
      items.push(item);
      characters += countCharacters(item);
    } else {
      bad.count++;
      if (bad.first.length < mostListed) bad.first.push(rows);
    }
    if (rows > mostRows || characters > mostCharacters) throw tooLarge(path);
    if (!reader && rows >= rowsToRecognise) break;
  }
  if (!reader || items.length === 0) throw noItems(path, rows, name);
  const [found] = reader;
  return {
    name: found,
    file: basename(path),
    items: chooseItems(items, mostItems, found),
    usableRows: items.length,
    badRows: bad,
  };
}

/** Ends the reading: only a reader that has begun closes its file, and the first stretch is read before. */
async function closeText(stretches: AsyncGenerator<string, void>): Promise<void> {
  await stretches.next();
  await stretches.next();
  await stretches.return();
}

/** In the order of the file. */
function chooseItems(items: readonly TaskItem[], most: number, name: TaskName): TaskItem[] {
  if (items.length <= most) return [...items];
  const random = new RandomStream(deriveKey(choiceSeed, `drift/tasks/${name}`));
  const places = random.shuffle(Array.from(items.keys())).slice(0, most);
  return places.sort((a, b) => a - b).map((place) => items[place]!);
}

function countCharacters({ choices }: TaskItem): number {
  return choices.reduce((sum, { context, continuation }) => sum + context.length + continuation.length, 0);
}

function noItems(path: string, rows: number, name: TaskName | undefined): UserError {
  const kind = name === undefined ? 'of a task that is known' : `of ${nameTask(name)}`;
  const read = `${formatCount(rows)} ${rows === 1 ? 'row was' : 'rows were'} read`;
  return new UserError('unexpected-content', `${path} has no rows ${kind}: ${read}.`, nextStep);
}

function tooLarge(path: string): UserError {
  return new UserError(
    'too-large',
    `${path} has more than ${formatCount(mostRows)} rows or ${formatCount(mostCharacters)} characters.`,
    'Give the test or validation rows of a task only.',
  );
}
