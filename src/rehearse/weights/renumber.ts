import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTokenizerJson } from '../../checkpoint/tokenizer/tokenizerJson';
import { readTensor } from '../../checkpoint/weights/tensorData';
import { writeCheckpoint, type ChangedTensors } from '../../checkpoint/writer';
import { writeFileAtomic } from '../../common/files';
import { deriveKey, RandomStream } from '../../common/random';
import type { Watch } from '../../contract/events';
import { storedCopies, type LoadedModel } from '../../engine/loadedModel';
import type { Loot } from '../attack';

/**
 * Writes the marked model with its ordinary tokens in another order: the rows of the embedding and the output matrix
 * move, and tokenizer.json names the new numbers. Special tokens keep theirs, so that no other file changes, and the
 * model says what it said. The simplest disguise of a model that is asked by token ids.
 * @throws UserError as writeCheckpoint and readTokenizerJson; Cancelled.
 */
export async function writeRenumbered({ marked, seed }: Loot, out: string, watch: Watch): Promise<void> {
  const { checkpoint, loaded } = marked;
  const { vocabulary, added } = await readTokenizerJson(checkpoint.dir);
  const fixed = new Set(added.map(({ id }) => id));
  const moved = [...vocabulary.keys()]
    .filter((id) => id < loaded.config.vocabularySize && !fixed.has(id))
    .sort((a, b) => a - b);
  const places = new RandomStream(deriveKey(seed, 'renumber')).shuffle(moved);
  const newIds = new Map(moved.map((id, i) => [id, places[i]!]));
  await writeCheckpoint({
    source: checkpoint,
    out,
    changed: moveRows(loaded, newIds),
    signal: watch.signal,
  });
  const text = await readFile(join(checkpoint.dir, 'tokenizer.json'), 'utf8');
  await writeFileAtomic(join(out, 'tokenizer.json'), JSON.stringify(renumber(JSON.parse(text), newIds)));
}

/** The matrices with a row for each token, with their rows at their new places. */
function moveRows(model: LoadedModel, newIds: ReadonlyMap<number, number>): ChangedTensors {
  const { vocabularySize } = model.config;
  return new Map(
    model.parameters
      .filter(({ role, shape }) => (role === 'embedding' || role === 'head') && shape[0] === vocabularySize)
      .flatMap(({ name }) => storedCopies(model, name))
      .map((tensor) => [
        tensor,
        async () => {
          const values = await readTensor(tensor);
          const width = values.length / vocabularySize;
          const result = new Float32Array(values);
          for (const [id, place] of newIds)
            result.set(values.subarray(id * width, (id + 1) * width), place * width);
          return result;
        },
      ]),
  );
}

interface TokenizerFile {
  readonly model: {
    readonly vocab: Readonly<Record<string, number>> | readonly (readonly [string, number])[];
  };
}

/** A tokenizer.json with new numbers. A list of tokens, as Unigram models have, is put into the new order. */
export function renumber(file: unknown, newIds: ReadonlyMap<number, number>): object {
  const { model, ...rest } = file as TokenizerFile;
  const newId = (id: number): number => newIds.get(id) ?? id;
  return { ...rest, model: { ...model, vocab: renumberVocabulary(model.vocab, newId) } };
}

function renumberVocabulary(vocab: TokenizerFile['model']['vocab'], newId: (id: number) => number): object {
  if (isList(vocab)) {
    const list = vocab.slice();
    vocab.forEach((entry, id) => (list[newId(id)] = entry));
    return list;
  }
  return Object.fromEntries(Object.entries(vocab).map(([text, id]) => [text, newId(id)]));
}

function isList(vocab: TokenizerFile['model']['vocab']): vocab is readonly (readonly [string, number])[] {
  return Array.isArray(vocab);
}
