import { resolve } from 'node:path';
import { listNames, type Checkpoint } from '../../checkpoint/checkpoint';
import { openSuspectTokenizer, type SuspectTokenizer } from '../tokens/suspectTokenizer';
import { listFurtherSuspects, namesOwnCode } from './besideWeights';
import { explainUnread, type Unread } from './explainUnread';
import { loadReadings, type Asked, type SuspectReading } from './loadReadings';
import { readLooseConfig, type LooseConfig } from './looseConfig';
import { readLooseTensors, type LooseTensors } from './looseTensors';
import { listWeightChoices, type WeightChoice } from './weightChoices';

/** A suspect's folder, opened as far as a verdict needs it. */
export interface OpenSuspect {
  /** Absolute. */
  readonly dir: string;
  /** The files that its digest covers besides those that describe the model. */
  readonly files: Pick<Checkpoint, 'dir' | 'weightFiles' | 'indexFile'>;
  /** Every way to read it, the first as transformers does; empty where it cannot be read. */
  readonly readings: readonly SuspectReading[];
  /** Whether it can be read in more ways than these. */
  readonly isCut: boolean;
  readonly unread: Unread | undefined;
  readonly raw: LooseConfig['raw'];
  /** Whether its config names code that other programs run in place of its family's formula. */
  readonly hasOwnCode: boolean;
  /** The tensors of each choice of weight files, by name. */
  readonly tensorSets: readonly LooseTensors['tensors'][];
  readonly tokenizer: SuspectTokenizer;
  /** Sentences: what was not obeyed, and why. */
  readonly notes: readonly string[];
  /** Sentences: what else in the folder can be another model. */
  readonly further: readonly string[];
}

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
    isCut: found.isCut,
    unread: found.readings.length > 0 ? undefined : explainUnread(root, names, config, read, found.misfit),
    raw: config.raw,
    hasOwnCode: namesOwnCode(config.raw),
    tensorSets: read.map(({ tensors }) => tensors),
    tokenizer,
    // Where nothing is asked, nothing was done without.
    notes: found.readings.length > 0 ? [...found.notes, ...tokenizer.notes] : [],
    further: listFurtherSuspects(names, weightFiles, config.raw),
  };
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
