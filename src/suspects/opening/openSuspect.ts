import { readdir, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { asReadError } from '../../checkpoint/byteRange';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import { refuseOtherFormats } from '../../checkpoint/weights/weightFiles';
import { systemErrorCode, UserError } from '../../common/errors';
import { listFittingFamilies } from '../../engine/fittingFamilies';
import type { LoadedModel } from '../../engine/loadedModel';
import { openSuspectTokenizer, type SuspectTokenizer } from '../tokens/suspectTokenizer';
import { listFurtherSuspects } from './besideWeights';
import { configAlternatives } from './configReadings';
import type { Draft } from './draft';
import { fitToTensors } from './fitToTensors';
import { isComputedAlike, loadDrafts, type SuspectReading } from './loadDrafts';
import { readLooseConfig, type LooseConfig } from './looseConfig';
import { readLooseTensors, type LooseTensors } from './looseTensors';
import { readTiedMatrices } from './tiedReadings';
import { isAdapterFile, listWeightChoices, type WeightChoice } from './weightChoices';

/** A part of a suspect that cannot be read, and what to do about it. */
export interface Unread {
  /** "the suspect's weights cannot be read: …", without a full stop. */
  readonly reason: string;
  readonly next: string;
}

/** A suspect's folder, opened as far as a verdict needs it. */
export interface OpenSuspect {
  /** Absolute. */
  readonly dir: string;
  /** The files that its digest covers besides those that describe the model. */
  readonly files: Pick<Checkpoint, 'dir' | 'weightFiles' | 'indexFile'>;
  /** Every way to read it, the first as transformers does; empty where it cannot be read. */
  readonly readings: readonly SuspectReading[];
  readonly unread: Unread | undefined;
  readonly raw: LooseConfig['raw'];
  /** The tensors of each choice of weight files, by name. */
  readonly tensorSets: readonly LooseTensors['tensors'][];
  readonly tokenizer: SuspectTokenizer;
  /** Sentences: what was not obeyed, and why. */
  readonly notes: readonly string[];
  /** Sentences: what else in the folder can be another model. */
  readonly further: readonly string[];
}

interface Asked {
  /** The unmarked model, where it is at hand: its config is a further way to read the suspect's tensors. */
  readonly base: LoadedModel | undefined;
  /** The longest text that will be asked, in tokens. */
  readonly longest: number;
}

/** More than this many combinations of what can be read in two ways are not tried. */
const mostDrafts = 64;

/**
 * Opens a suspect without asking more of it than a verdict needs: the tensors that its family's formula
 * names, and nothing of tokenizer, template or index. Whoever made the folder wants no verdict, so whatever
 * can be read in two ways is read in both.
 * @throws UserError `no-such-folder`, `not-a-folder`, `no-weights` or `not-readable`; Cancelled.
 */
export async function openSuspect(dir: string, asked: Asked): Promise<OpenSuspect> {
  const root = resolve(dir);
  const names = await listNames(root);
  const config = await readLooseConfig(root);
  const choices = await listWeightChoices(root, names, config.raw);
  const tokenizer = await openSuspectTokenizer(root);
  const read = await Promise.all(choices.map((choice) => readLooseTensors(root, choice)));
  const found = await loadReadings(root, config, read, asked);
  const { weightFiles, indexFile } = listFiles(choices);
  return {
    dir: root,
    files: { dir: root, weightFiles, ...(indexFile !== undefined && { indexFile }) },
    readings: found.readings,
    unread: found.readings.length > 0 ? undefined : explainUnread(root, names, config, read, found.problem),
    raw: config.raw,
    tensorSets: read.map(({ tensors }) => tensors),
    tokenizer,
    notes: [...found.notes, ...tokenizer.notes],
    further: listFurtherSuspects(names, weightFiles, config.raw),
  };
}

async function listNames(root: string): Promise<string[]> {
  try {
    if ((await stat(root)).isDirectory()) return await readdir(root);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw asReadError(error, root);
    throw new UserError('no-such-folder', `There is no folder ${root}.`, 'Check the path.', { cause: error });
  }
  throw (
    refuseOtherFormats(root, [basename(root)]) ??
    new UserError(
      'not-a-folder',
      `${root} is a file, not a checkpoint folder.`,
      'Give the folder that contains it.',
    )
  );
}

function listFiles(choices: readonly WeightChoice[]): {
  weightFiles: string[];
  indexFile: string | undefined;
} {
  return {
    weightFiles: [...new Set(choices.flatMap(({ files }) => files))].sort(),
    indexFile: choices.find((choice) => choice.indexFile !== undefined)?.indexFile,
  };
}

interface FoundReadings {
  readonly readings: readonly SuspectReading[];
  readonly notes: readonly string[];
  readonly problem: string | undefined;
}

/** The suspect's own ways first; the base's config after them; families that fit only where neither does. */
async function loadReadings(
  dir: string,
  config: LooseConfig,
  read: readonly LooseTensors[],
  { base, longest }: Asked,
): Promise<FoundReadings> {
  const firsts = read.flatMap((loose, choice) => startDrafts(config, loose, choice));
  const notes = new Set<string>();
  const fitted = firsts.map((draft) => fitToTensors(draft, notes));
  const own = loadDrafts(await combine(fitted), longest, dir);
  const byBase = base
    ? loadDrafts(
        fitted.map((draft) => asBase(draft, base)),
        longest,
        dir,
      ).readings
    : [];
  const further = byBase.filter(
    ({ loaded }) => !own.readings.some((known) => isComputedAlike(known.loaded, loaded, longest)),
  );
  const readings = [...own.readings, ...further];
  if (own.readings.length > 0) {
    const stated = own.readings[0]!.loaded.checkpoint.config.raw.max_position_embeddings;
    if (typeof stated === 'number' && stated < longest && own.readings[0]!.loaded.config.maxLength >= longest)
      notes.add(
        `config.json names ${stated} positions (max_position_embeddings). The model computes more, and was asked the keys in full.`,
      );
    return { readings, notes: [...notes], problem: undefined };
  }
  if (readings.length > 0) {
    notes.add(
      `config.json cannot be used (${config.problem ?? own.problem}), so the suspect was asked with the config of the base.`,
    );
    return {
      readings: readings.map((reading) => ({ ...reading, conflicts: [] })),
      notes: [...notes],
      problem: undefined,
    };
  }
  const byFamily = loadDrafts(
    fitted.flatMap((draft) => asFamilies(draft, dir)),
    longest,
    dir,
  ).readings;
  if (byFamily.length > 0)
    notes.add(
      `config.json names a family that cannot be used (${own.problem}), so the suspect was asked by every formula that its tensors fit.`,
    );
  return { readings: byFamily, notes: [...notes], problem: own.problem };
}

/** A draft of one choice of weight files, and another where tensors lie in two of them. */
function startDrafts(
  { modelType, raw }: LooseConfig,
  { tensors, copies }: LooseTensors,
  choice: number,
): Draft[] {
  if (tensors.size === 0) return [];
  const conflicts = choice === 0 ? [] : ['the weights (model.safetensors, and an index with other files)'];
  const draft = { modelType, raw, tensors, conflicts };
  if (copies.size === 0) return [draft];
  const other = { ...draft, tensors: new Map([...tensors, ...copies]) };
  return [draft, { ...other, conflicts: [...conflicts, 'tensors that are in two weight files'] }];
}

/** Every combination of what can be read in two ways, what is usual first. */
async function combine(firsts: readonly Draft[]): Promise<Draft[]> {
  let drafts = [...firsts];
  for (const alternatives of configAlternatives)
    drafts = drafts.flatMap((draft) => alternatives(draft)).slice(0, mostDrafts);
  const tied: Draft[] = [];
  for (const draft of drafts) tied.push(...(await readTiedMatrices(draft)));
  return tied.slice(0, mostDrafts);
}

function asBase(draft: Draft, { checkpoint }: LoadedModel): Draft {
  const { modelType, raw } = checkpoint.config;
  const { tensors } = draft;
  const conflicts = [...draft.conflicts, 'its config and that of the base'];
  return fitToTensors({ modelType, raw, tensors, conflicts }, new Set());
}

function asFamilies(draft: Draft, dir: string): Draft[] {
  const { raw, tensors } = draft;
  const checkpoint = { dir, config: { modelType: '', raw }, tensors, weightFiles: [], warnings: [] };
  return listFittingFamilies(checkpoint).map((modelType) => ({
    ...draft,
    modelType,
    conflicts: [...draft.conflicts, `the family (${modelType})`],
  }));
}

function explainUnread(
  root: string,
  names: readonly string[],
  config: LooseConfig,
  read: readonly LooseTensors[],
  problem: string | undefined,
): Unread {
  const damaged = read.flatMap(({ problems }) => problems)[0];
  if (read.some(({ tensors }) => tensors.size > 0)) {
    const part = config.problem !== undefined || damaged === undefined ? 'config.json' : 'weights';
    const why = config.problem ?? damaged ?? problem ?? 'no known formula fits its tensors';
    return sayUnread(
      part,
      why,
      'Find out how the suspect is run and save it in that form with transformers (save_pretrained), or give --base the unmarked model: its config can then be used.',
    );
  }
  if (damaged !== undefined)
    return sayUnread(
      'weights',
      damaged,
      'Save them again with a program that can load them (save_pretrained of transformers), and verify the result.',
    );
  const other = refuseOtherFormats(root, names);
  if (other) return sayUnread('weights', other.message, other.next);
  if (names.some((name) => isAdapterFile(name)))
    return sayUnread(
      'weights',
      'the folder has an adapter and not the model that it changes',
      'Merge it into its base in Python with peft (merge_and_unload, then save_pretrained), and verify the result.',
    );
  throw new UserError(
    'no-weights',
    `${root} is not a model: it has no .safetensors file.`,
    'Give the folder with config.json and model.safetensors; in the Hugging Face cache that is a folder inside snapshots.',
  );
}

function sayUnread(part: string, why: string, next: string): Unread {
  return { reason: `the suspect's ${part} cannot be read: ${why.replace(/[.!]$/, '')}`, next };
}
